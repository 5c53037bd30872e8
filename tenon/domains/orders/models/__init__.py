"""The tables of orders: carts, what prices follow from, orders and their way, payments, and the ledger."""

from tenon.domains.orders.models.addresses import CustomerAddress
from tenon.domains.orders.models.carts import Cart, CartItem
from tenon.domains.orders.models.coupons import Coupon, CouponUsage
from tenon.domains.orders.models.history import OrderNote, OrderTransition
from tenon.domains.orders.models.ledger import LedgerEntry
from tenon.domains.orders.models.orders import Order, OrderItem
from tenon.domains.orders.models.payments import Payment, PaymentAttempt, ProviderEvent, Refund
from tenon.domains.orders.models.rates import ShippingMethod, TaxRate, TaxRules
from tenon.domains.orders.models.returns import Return, ReturnItem
from tenon.domains.orders.models.shipments import Shipment, ShipmentItem

__all__ = [
    "Cart",
    "CartItem",
    "Coupon",
    "CouponUsage",
    "CustomerAddress",
    "LedgerEntry",
    "Order",
    "OrderItem",
    "OrderNote",
    "OrderTransition",
    "Payment",
    "PaymentAttempt",
    "ProviderEvent",
    "Refund",
    "Return",
    "ReturnItem",
    "Shipment",
    "ShipmentItem",
    "ShippingMethod",
    "TaxRate",
    "TaxRules",
]
