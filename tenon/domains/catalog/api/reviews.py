"""What the routes of reviews take and give."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from tenon.domains.catalog.models.reviews import REASON_LENGTH, TITLE_LENGTH, ProductReview
from tenon.domains.catalog.selectors import shown_name
from tenon.kernel.http.columns import Made

BODY_LENGTH = 5000
_RATING = _("From 1 to 5.")


class ReviewSerializer(serializers.Serializer[Any]):
    """What somebody says of a product."""

    id = serializers.UUIDField()
    product_id = serializers.UUIDField()
    user_name = serializers.CharField(help_text=_("First name and initial of the author; may be empty."))
    rating = serializers.IntegerField(min_value=1, max_value=5)
    title = serializers.CharField()
    body = serializers.CharField()
    is_verified_purchase = serializers.BooleanField(help_text=_("The author has had it delivered from here."))
    state = serializers.ChoiceField(choices=ProductReview.State.values)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    made = {"user_name": Made(shown_name, "user__first_name", "user__last_name")}


class ReviewForStaffSerializer(ReviewSerializer):
    """The same, with who wrote it and why it was decided so."""

    user_id = serializers.UUIDField()
    reason = serializers.CharField(help_text=_("A stable code; empty for plain approval, and while it is pending."))
    decided_at = serializers.DateTimeField(allow_null=True)
    decided_by_id = serializers.UUIDField(allow_null=True)


class NewReviewSerializer(serializers.Serializer[Any]):
    """A rating, and words if there are any."""

    rating = serializers.IntegerField(min_value=1, max_value=5, help_text=_RATING)
    title = serializers.CharField(max_length=TITLE_LENGTH, required=False, allow_blank=True, default="")
    body = serializers.CharField(max_length=BODY_LENGTH, required=False, allow_blank=True, default="")


class ReviewChangeSerializer(serializers.Serializer[Any]):
    """The fields to change."""

    rating = serializers.IntegerField(min_value=1, max_value=5, required=False, help_text=_RATING)
    title = serializers.CharField(max_length=TITLE_LENGTH, required=False, allow_blank=True)
    body = serializers.CharField(max_length=BODY_LENGTH, required=False, allow_blank=True)


class RejectionSerializer(serializers.Serializer[Any]):
    """Why a review is not shown."""

    reason = serializers.SlugField(max_length=REASON_LENGTH, required=False, default="rejected")
