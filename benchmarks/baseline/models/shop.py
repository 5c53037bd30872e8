"""What is offered."""

import uuid

from django.db import models
from django.utils import timezone

from benchmarks.baseline.models.people import Organization, User


class Owned(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)
    version = models.IntegerField(default=1)

    class Meta:
        abstract = True


class Category(Owned):
    name = models.CharField(max_length=200)
    slug = models.CharField(max_length=120)

    class Meta:
        managed = False
        db_table = "catalog_category"


class Product(Owned):
    name = models.CharField(max_length=200)
    slug = models.CharField(max_length=120)
    description = models.TextField()
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="products")
    price_amount = models.BigIntegerField()
    compare_price_amount = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    sku = models.CharField(max_length=64)
    barcode = models.CharField(max_length=64, null=True)  # noqa: DJ001 (unique where there is one)
    weight_grams = models.IntegerField(null=True)
    dimensions = models.JSONField(default=dict)
    attributes = models.JSONField(default=dict)
    tags = models.JSONField(default=list)
    is_featured = models.BooleanField(default=False)
    is_digital = models.BooleanField(default=False)
    requires_shipping = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    variant_count = models.IntegerField(default=0)
    rating_count = models.IntegerField(default=0)
    rating_sum = models.IntegerField(default=0)

    class Meta:
        managed = False
        db_table = "catalog_product"


class Variant(Owned):
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants")
    name = models.CharField(max_length=200)
    sku = models.CharField(max_length=64)
    price_amount = models.BigIntegerField(null=True)
    attributes = models.JSONField(default=dict)
    is_active = models.BooleanField(default=True)
    position = models.IntegerField(default=0)

    class Meta:
        managed = False
        db_table = "catalog_productvariant"
        ordering = ["position"]


class StockLevel(Owned):
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="stock_levels")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, null=True, related_name="stock_levels")
    item_id = models.UUIDField()
    on_hand = models.IntegerField(default=0)
    allocated = models.IntegerField(default=0)
    track_inventory = models.BooleanField(default=True)
    allow_backorder = models.BooleanField(default=False)

    class Meta:
        managed = False
        db_table = "catalog_stocklevel"


class Image(Owned):
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="images")
    file_id = models.UUIDField()
    alt = models.CharField(max_length=300)
    position = models.IntegerField(default=0)
    is_primary = models.BooleanField(null=True)
    width = models.IntegerField(null=True)
    height = models.IntegerField(null=True)

    class Meta:
        managed = False
        db_table = "catalog_productimage"
        ordering = ["position"]


class Review(Owned):
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="reviews")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    rating = models.IntegerField()
    title = models.CharField(max_length=200)
    body = models.TextField()
    state = models.CharField(max_length=10)

    class Meta:
        managed = False
        db_table = "catalog_productreview"
        ordering = ["-created_at"]
