"""Orders in the portal: what staff see of them and of all that belongs to them, and what they do by services."""

from tenon.domains.orders.admin.carts import CartAdmin
from tenon.domains.orders.admin.orders import OrderAdmin
from tenon.domains.orders.admin.payments import PaymentAdmin
from tenon.domains.orders.admin.rules import CouponAdmin, ShippingMethodAdmin, TaxRateAdmin

__all__ = ["CartAdmin", "CouponAdmin", "OrderAdmin", "PaymentAdmin", "ShippingMethodAdmin", "TaxRateAdmin"]
