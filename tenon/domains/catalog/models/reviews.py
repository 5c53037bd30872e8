"""What people say of products, and who has bought what."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from tenon.domains.catalog.models.products import Product
from tenon.kernel.tenancy.models import OwnedModel

TITLE_LENGTH = 200
REASON_LENGTH = 60


class ProductReview(OwnedModel):
    """One person's opinion of a product. Shown and averaged while it is approved.

    `version` counts its texts, and not what is decided about them: a decision names the version that it is about.
    `reason` is a stable code of why it was decided so, empty for plain approval; `decided_by_id` is empty where an
    engine decided.
    """

    class State(models.TextChoices):
        """What was decided."""

        PENDING = "pending"
        APPROVED = "approved"
        REJECTED = "rejected"

    self_scope_field: ClassVar[str] = "user"

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="reviews", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    rating = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=TITLE_LENGTH, blank=True)
    body = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_id = models.UUIDField(null=True, blank=True)

    class Meta(OwnedModel.Meta):
        constraints = [
            # One review of a product by a person.
            models.UniqueConstraint(fields=["organization", "product", "user"], name="catalog_review_by_user"),
            models.CheckConstraint(condition=Q(rating__gte=1) & Q(rating__lte=5), name="catalog_review_rating"),
        ]
        indexes = [
            # selectors.reviews of a product: approved ones, latest first.
            models.Index(fields=["product", "state", "created_at", "id"], name="catalog_review_list"),
            # selectors.reviews that wait for staff, oldest first.
            models.Index(fields=["organization", "state", "created_at", "id"], name="catalog_review_queue"),
            # personal_data, own reviews anywhere.
            models.Index(fields=["user", "created_at"], name="catalog_review_of_person"),
            # personal_data: what one person has decided.
            models.Index(
                fields=["decided_by_id"], condition=Q(decided_by_id__isnull=False), name="catalog_review_decider"
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"{self.rating}/5"


class Purchase(OwnedModel):
    """A person has had a product delivered. Kept from the events of orders, for reviews to be verified by."""

    self_scope_field: ClassVar[str] = "user"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    first_delivered_at = models.DateTimeField()

    class Meta(OwnedModel.Meta):
        constraints = [
            # Whether a person has bought a product.
            models.UniqueConstraint(fields=["organization", "user", "product"], name="catalog_purchase_of_user"),
        ]
        indexes = [
            # personal_data, anywhere.
            models.Index(fields=["user"], name="catalog_purchase_of_person"),
        ]
