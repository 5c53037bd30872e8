"""Categories."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from tenon.domains.catalog.api.fields import SlugField
from tenon.domains.catalog.models import categories


class CategorySerializer(serializers.Serializer[Any]):
    """A category."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()
    description = serializers.CharField()
    parent_id = serializers.UUIDField(allow_null=True)
    depth = serializers.IntegerField(help_text=_("0 for a root."))
    ancestor_ids = serializers.ListField(child=serializers.UUIDField(), help_text=_("From the root down."))
    sort_order = serializers.IntegerField()
    is_active = serializers.BooleanField()
    meta_title = serializers.CharField()
    meta_description = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class CategoryNodeSerializer(serializers.Serializer[Any]):
    """A category in the tree, with those below it."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()
    is_active = serializers.BooleanField()
    children = serializers.ListField(child=serializers.DictField(), help_text=_("Categories of the same form."))


class CategoryTreeSerializer(serializers.Serializer[Any]):
    """All categories, roots first."""

    data = CategoryNodeSerializer(many=True)  # type: ignore[assignment]


class CategoryChangeSerializer(serializers.Serializer[Any]):
    """The fields to change."""

    name = serializers.CharField(max_length=categories.NAME_LENGTH, required=False)
    slug = SlugField(max_length=categories.SLUG_LENGTH, required=False)
    description = serializers.CharField(max_length=20_000, allow_blank=True, required=False)
    parent_id = serializers.UUIDField(allow_null=True, required=False, help_text=_("null makes it a root."))
    sort_order = serializers.IntegerField(min_value=-(2**31), max_value=2**31 - 1, required=False)
    is_active = serializers.BooleanField(required=False)
    meta_title = serializers.CharField(max_length=categories.META_TITLE_LENGTH, allow_blank=True, required=False)
    meta_description = serializers.CharField(
        max_length=categories.META_DESCRIPTION_LENGTH, allow_blank=True, required=False
    )


class NewCategorySerializer(CategoryChangeSerializer):
    """A category to make. A slug is made of the name unless given."""

    name = serializers.CharField(max_length=categories.NAME_LENGTH)


class CategoriesSerializer(serializers.Serializer[Any]):
    """Some categories, all at once."""

    data = CategorySerializer(many=True)  # type: ignore[assignment]


class CategoryNumbersSerializer(serializers.Serializer[Any]):
    """Numbers of the categories."""

    total_count = serializers.IntegerField()
    active_count = serializers.IntegerField()
    root_count = serializers.IntegerField()
    timestamp = serializers.DateTimeField()
