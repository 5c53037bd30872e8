"""The tables of the project, as plain models: no scopes, no managers of ours."""

from benchmarks.baseline.models.orders import Cart, CartItem, Order, OrderItem, StockMovement
from benchmarks.baseline.models.people import Membership, Notification, Organization, User
from benchmarks.baseline.models.shop import Category, Image, Product, Review, StockLevel, Variant

__all__ = [
    "Cart",
    "CartItem",
    "Category",
    "Image",
    "Membership",
    "Notification",
    "Order",
    "OrderItem",
    "Organization",
    "Product",
    "Review",
    "StockLevel",
    "StockMovement",
    "User",
    "Variant",
]
