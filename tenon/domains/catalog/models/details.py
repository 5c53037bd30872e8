"""What belongs to a product: pictures, the values that it is found by, former prices, and products beside it."""

from django.db import models
from django.db.models import F, Q

from tenon.domains.catalog.models.products import Product, ProductVariant
from tenon.kernel.fields import ExactCharField
from tenon.kernel.tenancy.models import OwnedModel

ALT_LENGTH = 300
FACET_NAME_LENGTH = 60
FACET_VALUE_LENGTH = 120


class ProductImage(OwnedModel):
    """A picture. `file_id` is a file of the files app; `renditions` has a smaller one's file id for each width.

    `is_primary` is true for one picture of a product and null for the others: a unique key over nulls keeps that on
    every database, where a key with a condition would be left out by MariaDB.
    """

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="images", db_index=False)
    file_id = models.UUIDField()
    alt = models.CharField(max_length=ALT_LENGTH, blank=True)
    position = models.PositiveIntegerField(default=0)
    is_primary = models.BooleanField(null=True, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    renditions = models.JSONField(default=dict, blank=True)

    class Meta(OwnedModel.Meta):
        constraints = [
            # One primary picture; the picture of a product in lists.
            models.UniqueConstraint(fields=["organization", "product", "is_primary"], name="catalog_image_primary"),
            models.CheckConstraint(
                condition=Q(is_primary__isnull=True) | Q(is_primary=True), name="catalog_image_primary_or_null"
            ),
        ]
        indexes = [
            # selectors.images of a product, in their order.
            models.Index(fields=["product", "position", "id"], name="catalog_image_list"),
            # handlers: the pictures of a file that is no longer there.
            models.Index(fields=["organization", "file_id"], name="catalog_image_of_file"),
        ]

    def __str__(self) -> str:
        return self.alt or str(self.file_id)


class ProductFacet(OwnedModel):
    """A value that products are found and counted by: of the attribute `name`, or a tag, whose name is empty.

    Written with the product and its variants, from their `attributes` and `tags`.
    """

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+", db_index=False)
    name = ExactCharField(max_length=FACET_NAME_LENGTH, blank=True)
    value = ExactCharField(max_length=FACET_VALUE_LENGTH)

    class Meta(OwnedModel.Meta):
        constraints = [
            # Counts by value, the filters of attributes and tags; each value once for a product.
            models.UniqueConstraint(
                fields=["organization", "name", "value", "product"], name="catalog_facet_of_product"
            ),
        ]
        indexes = [
            # facets.write: what a product has now.
            models.Index(fields=["product", "name"], name="catalog_facet_list"),
        ]

    def __str__(self) -> str:
        return f"{self.name}={self.value}" if self.name else self.value


class PriceChange(OwnedModel):
    """A price that was, and the one that came after it; of a product, or of one variant. Made when it happened."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+", db_index=False)
    variant = models.ForeignKey(
        ProductVariant, on_delete=models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    old_amount = models.BigIntegerField(null=True)
    new_amount = models.BigIntegerField(null=True)
    currency = ExactCharField(max_length=3)
    actor_id = models.UUIDField(null=True, blank=True)

    class Meta(OwnedModel.Meta):
        indexes = [
            # selectors.prices of a product, latest first.
            models.Index(fields=["product", "created_at", "id"], name="catalog_price_list"),
            # Deletion of a variant.
            models.Index(fields=["variant"], condition=Q(variant__isnull=False), name="catalog_price_of_variant"),
            # personal_data: what one person has changed, anywhere.
            models.Index(fields=["actor_id"], condition=Q(actor_id__isnull=False), name="catalog_price_by_person"),
        ]


class RelatedProduct(OwnedModel):
    """A product that is shown beside another one, in the order of `position`. One way; the other way is a row too."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+", db_index=False)
    related = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveIntegerField(default=0)

    class Meta(OwnedModel.Meta):
        constraints = [
            # One row for a pair; selectors.related.
            models.UniqueConstraint(fields=["organization", "product", "related"], name="catalog_related_pair"),
            models.CheckConstraint(condition=~Q(product=F("related")), name="catalog_related_to_another"),
        ]
