"""What is kept of a person here: what they bought, what they mean to buy, and where to."""

from typing import Any
from uuid import UUID

from tenon.domains.orders.models import CartItem, CouponUsage, CustomerAddress, Order, OrderItem, Return

_ADDRESS = ("full_name", "line1", "line2", "city", "region", "postal_code", "country", "phone", "email")
_LINE = ("order_id", "name", "variant_name", "sku", "quantity", "unit_price_amount", "total_amount")
_ORDER = (
    "id",
    "organization_id",
    "number",
    "email",
    "state",
    "payment_status",
    "payment_method",
    "shipping_address",
    "billing_address",
    "currency",
    "total_amount",
    "coupon_code",
    "customer_note",
    "placed_at",
)


def held_of(user_id: UUID) -> dict[str, Any]:
    """All of it, in the open scope. Amounts are minor units of the order's currency."""
    orders = Order.objects.filter(user=user_id).order_by("placed_at", "id")
    lines = OrderItem.objects.filter(order__user=user_id).order_by("order", "position")
    cart = CartItem.objects.filter(cart__user=user_id).order_by("created_at", "id")
    usages = CouponUsage.objects.filter(user=user_id).order_by("created_at", "id")
    returns = Return.objects.filter(order__user=user_id).order_by("created_at", "id")
    return {
        "orders": list(orders.values(*_ORDER)),
        "order_items": list(lines.values(*_LINE)),
        "cart": list(cart.values("organization_id", "product_id", "variant_id", "quantity", "created_at")),
        "addresses": list(
            CustomerAddress.objects.filter(user=user_id)
            .order_by("created_at")
            .values("organization_id", "label", *_ADDRESS)
        ),
        "coupons": list(usages.values("organization_id", "order_id", "coupon__code", "created_at")),
        "returns": list(returns.values("order_id", "state", "reason", "created_at")),
    }
