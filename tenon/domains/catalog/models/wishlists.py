"""What people would like to have."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from tenon.domains.catalog.models.products import Product, ProductVariant
from tenon.kernel.fields import ExactCharField
from tenon.kernel.tenancy.models import OwnedModel

NAME_LENGTH = 100
NOTE_LENGTH = 300


class Wishlist(OwnedModel):
    """A person's list, by its name. `share_digest` is of the secret by which anybody may read it; null: nobody may."""

    self_scope_field: ClassVar[str] = "user"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = ExactCharField(max_length=NAME_LENGTH)
    is_default = models.BooleanField(default=False)
    share_digest = ExactCharField(max_length=64, null=True, blank=True, editable=False)  # type: ignore[misc]

    class Meta(OwnedModel.Meta):
        constraints = [
            # selectors.wishlists of a person; a name once.
            models.UniqueConstraint(fields=["organization", "user", "name"], name="catalog_wishlist_by_name"),
            # selectors.shared_wishlist, by the secret of a link: nulls are distinct.
            models.UniqueConstraint(fields=["organization", "share_digest"], name="catalog_wishlist_shared"),
        ]
        indexes = [
            # personal_data, anywhere.
            models.Index(fields=["user", "created_at"], name="catalog_wishlist_of_person"),
        ]

    def __str__(self) -> str:
        return self.name


class WishlistItem(OwnedModel):
    """A product, or one variant of it. `item_id` is the one that is meant, which makes each stand there once."""

    wishlist = models.ForeignKey(Wishlist, on_delete=models.CASCADE, related_name="items", db_index=False)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    variant = models.ForeignKey(
        ProductVariant, on_delete=models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    item_id = models.GeneratedField(
        expression=Coalesce("variant", "product"), output_field=models.UUIDField(), db_persist=True
    )
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)

    class Meta(OwnedModel.Meta):
        constraints = [
            # Each thing once on a list.
            models.UniqueConstraint(fields=["organization", "wishlist", "item_id"], name="catalog_wish_once"),
        ]
        indexes = [
            # selectors.wishlist_items, in the order of adding.
            models.Index(fields=["wishlist", "created_at", "id"], name="catalog_wish_list"),
            # Deletion of a variant.
            models.Index(fields=["variant"], condition=Q(variant__isnull=False), name="catalog_wish_of_variant"),
        ]
