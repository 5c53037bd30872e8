"""What is bought."""

from django.db import models

from benchmarks.baseline.models.people import User
from benchmarks.baseline.models.shop import Owned, Product, Variant


class Cart(Owned):
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    currency = models.CharField(max_length=3)

    class Meta:
        managed = False
        db_table = "orders_cart"


class CartItem(Owned):
    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="items")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, null=True, related_name="+")
    quantity = models.IntegerField()

    class Meta:
        managed = False
        db_table = "orders_cartitem"


class Order(Owned):
    number = models.CharField(max_length=40)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    email = models.EmailField(default="")
    locale = models.CharField(max_length=16, default="")
    state = models.CharField(max_length=10, default="pending")
    payment_status = models.CharField(max_length=20, default="pending")
    payment_method = models.CharField(max_length=20)
    shipping_address = models.JSONField(default=dict)
    billing_address = models.JSONField(default=dict)
    currency = models.CharField(max_length=3)
    subtotal_amount = models.BigIntegerField(default=0)
    discount_amount = models.BigIntegerField(default=0)
    shipping_amount = models.BigIntegerField(default=0)
    shipping_tax_amount = models.BigIntegerField(default=0)
    tax_amount = models.BigIntegerField(default=0)
    total_amount = models.BigIntegerField(default=0)
    taxes = models.JSONField(default=list)
    tax_inclusive = models.BooleanField(default=False)
    captured_amount = models.BigIntegerField(default=0)
    refunded_amount = models.BigIntegerField(default=0)
    coupon_code = models.CharField(max_length=50, default="")
    shipping_method_code = models.CharField(max_length=50, default="")
    shipping_method_name = models.CharField(max_length=100, default="")
    customer_note = models.CharField(max_length=1000, default="")
    placed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        managed = False
        db_table = "orders_order"


class OrderItem(Owned):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="items")
    position = models.IntegerField()
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=255)
    variant_name = models.CharField(max_length=255, default="")
    sku = models.CharField(max_length=100)
    attributes = models.JSONField(default=dict)
    requires_shipping = models.BooleanField(default=True)
    quantity = models.IntegerField()
    unit_price_amount = models.BigIntegerField()
    subtotal_amount = models.BigIntegerField()
    discount_amount = models.BigIntegerField(default=0)
    tax_amount = models.BigIntegerField(default=0)
    total_amount = models.BigIntegerField()
    shipped_quantity = models.IntegerField(default=0)
    returned_quantity = models.IntegerField(default=0)

    class Meta:
        managed = False
        db_table = "orders_orderitem"
        ordering = ["position"]


class StockMovement(Owned):
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=10)
    quantity_change = models.IntegerField()
    reference_kind = models.CharField(max_length=10)
    reference_id = models.UUIDField(null=True)
    note = models.CharField(max_length=300, default="")

    class Meta:
        managed = False
        db_table = "catalog_stockmovement"
