"""Products and their variants. What there is of them stands apart, in `stock.py`."""

from typing import cast
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from tenon.domains.catalog.models.categories import Category
from tenon.kernel.fields import ExactCharField
from tenon.kernel.tenancy.models import OwnedModel

NAME_LENGTH = 200
SLUG_LENGTH = 120
SKU_LENGTH = 64
BARCODE_LENGTH = 64
TAX_CLASS_LENGTH = 40


class Product(OwnedModel):
    """What is offered. Amounts are whole minor units of `currency` (2499 is USD 24.99).

    `tags` and `attributes` are read from here and searched by the rows of ProductFacet, which are written with them:
    `attributes` has a text or a list of texts for each name. `dimensions` are millimetres: length, width, height.
    `variant_count` counts the active variants: a product that has any is bought as one of them. `rating_count` and
    `rating_sum` are of approved reviews.

    Stock is not here: it changes with every sale, and `version` counts what people change, which is what If-Match
    compares.
    """

    name = models.CharField(max_length=NAME_LENGTH)
    slug = ExactCharField(max_length=SLUG_LENGTH)
    description = models.TextField(blank=True)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, related_name="products", db_index=False
    )
    price_amount = models.BigIntegerField()
    compare_price_amount = models.BigIntegerField(null=True, blank=True)
    cost_price_amount = models.BigIntegerField(null=True, blank=True)
    currency = ExactCharField(max_length=3)
    sku = ExactCharField(max_length=SKU_LENGTH)
    barcode = ExactCharField(max_length=BARCODE_LENGTH, null=True, blank=True)  # type: ignore[misc]
    weight_grams = models.PositiveIntegerField(null=True, blank=True)
    dimensions = models.JSONField(default=dict, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    tags = models.JSONField(default=list, blank=True)
    tax_class = ExactCharField(max_length=TAX_CLASS_LENGTH, default="standard")
    is_featured = models.BooleanField(default=False)
    is_digital = models.BooleanField(default=False)
    requires_shipping = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    meta_title = models.CharField(max_length=200, blank=True)
    meta_description = models.CharField(max_length=500, blank=True)
    variant_count = models.PositiveIntegerField(default=0, editable=False)
    rating_count = models.PositiveIntegerField(default=0, editable=False)
    rating_sum = models.PositiveIntegerField(default=0, editable=False)

    class Meta(OwnedModel.Meta):
        constraints = [
            # One product for a slug; products by slug.
            models.UniqueConstraint(fields=["organization", "slug"], name="catalog_product_by_slug"),
            # One product for an SKU; the filter sku, imports.
            models.UniqueConstraint(fields=["organization", "sku"], name="catalog_product_by_sku"),
            # One product for a barcode, where it has one: nulls are distinct.
            models.UniqueConstraint(fields=["organization", "barcode"], name="catalog_product_by_barcode"),
            models.CheckConstraint(condition=Q(price_amount__gt=0), name="catalog_product_price"),
            models.CheckConstraint(
                condition=Q(compare_price_amount__isnull=True) | Q(compare_price_amount__gt=0),
                name="catalog_product_compare_price",
            ),
            models.CheckConstraint(
                condition=Q(cost_price_amount__isnull=True) | Q(cost_price_amount__gte=0),
                name="catalog_product_cost_price",
            ),
            models.CheckConstraint(
                condition=Q(rating_sum__gte=F("rating_count")) & Q(rating_sum__lte=F("rating_count") * 5),
                name="catalog_product_rating",
            ),
        ]
        indexes = [
            # selectors.products, newest or oldest first: the order unless another is asked for.
            models.Index(fields=["organization", "created_at", "id"], name="catalog_product_list"),
            # selectors.products by price, and the filter price.
            models.Index(fields=["organization", "price_amount", "id"], name="catalog_product_by_price"),
            # selectors.products by name.
            models.Index(fields=["organization", "name", "id"], name="catalog_product_by_name"),
            # selectors.products of one category; whether a category is in use.
            models.Index(fields=["category", "created_at", "id"], name="catalog_product_of_category"),
            # selectors.popular.
            models.Index(
                fields=["organization", "rating_count", "id"],
                condition=Q(rating_count__gt=0),
                name="catalog_product_rated",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def belongs_to(self) -> UUID:
        """The id of its organization, which no stored row is without."""
        return cast(UUID, self.organization_id)


class ProductVariant(OwnedModel):
    """One form of a product. `price_amount` null: the product's; in the product's currency.

    `attributes` says in what it differs: `{"size": "M", "color": "red"}`.
    """

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants", db_index=False)
    name = models.CharField(max_length=NAME_LENGTH)
    sku = ExactCharField(max_length=SKU_LENGTH)
    price_amount = models.BigIntegerField(null=True, blank=True)
    weight_grams = models.PositiveIntegerField(null=True, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    is_active = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=0)

    class Meta(OwnedModel.Meta):
        constraints = [
            # One variant for an SKU; imports.
            models.UniqueConstraint(fields=["organization", "sku"], name="catalog_variant_by_sku"),
            models.CheckConstraint(
                condition=Q(price_amount__isnull=True) | Q(price_amount__gt=0), name="catalog_variant_price"
            ),
        ]
        indexes = [
            # selectors.variants of a product, in their order.
            models.Index(fields=["product", "position", "id"], name="catalog_variant_list"),
        ]

    def __str__(self) -> str:
        return self.name


class Sku(OwnedModel):
    """An SKU, and what it names in its organization: `id` is the product's or the variant's.

    Triggers write the row with either, whoever writes those, bulk loads included; nothing else writes here. So the
    one key below decides between a product and a variant that are given the same SKU at once
    (`docs/decisions/0024-skus-in-one-table.md`).
    """

    sku = ExactCharField(max_length=SKU_LENGTH)

    class Meta(OwnedModel.Meta):
        constraints = [
            # One thing for an SKU, of products and variants together.
            models.UniqueConstraint(fields=["organization", "sku"], name="catalog_sku_by_sku"),
        ]

    def __str__(self) -> str:
        return self.sku
