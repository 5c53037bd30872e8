"""What the routes of wishlists take and give."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from tenon.domains.catalog.models.wishlists import NAME_LENGTH, NOTE_LENGTH
from tenon.kernel.http.amounts import MoneySerializer


class WishlistSerializer(serializers.Serializer[Any]):
    """A list of what somebody would like to have."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    is_default = serializers.BooleanField()
    is_shared = serializers.BooleanField(help_text=_("There is a link by which anybody may read it."))
    item_count = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class WishlistNameSerializer(serializers.Serializer[Any]):
    """What a list is called."""

    name = serializers.CharField(max_length=NAME_LENGTH)


class WishSerializer(serializers.Serializer[Any]):
    """Something on a list, as it is offered at this moment."""

    id = serializers.UUIDField()
    product_id = serializers.UUIDField()
    variant_id = serializers.UUIDField(allow_null=True)
    note = serializers.CharField()
    name = serializers.CharField()
    variant_name = serializers.CharField()
    sku = serializers.CharField()
    price = serializers.CharField()
    price_money = MoneySerializer()
    can_be_bought = serializers.BooleanField(help_text=_("It is offered, and there is some."))
    image_file_id = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()


class NewWishSerializer(serializers.Serializer[Any]):
    """What to put on a list."""

    product_id = serializers.UUIDField()
    variant_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    note = serializers.CharField(max_length=NOTE_LENGTH, required=False, allow_blank=True, default="")


class SharedSerializer(serializers.Serializer[Any]):
    """The secret by which anybody may read a list. It is told this once."""

    secret = serializers.CharField()
