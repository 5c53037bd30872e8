"""Orders and what belongs to them for tests, straight into the tables; what services do, tests ask of services."""

from itertools import count
from typing import Any
from uuid import UUID

from tenon.domains.catalog.models import StockLevel
from tenon.domains.catalog.services import stock
from tenon.domains.catalog.services.stock import StockLine
from tenon.domains.catalog.tests.factories import level, make_product
from tenon.domains.orders.models import (
    Coupon,
    CustomerAddress,
    Order,
    OrderItem,
    Payment,
    Shipment,
    ShippingMethod,
    TaxRate,
)
from tenon.domains.orders.policies import Shopper
from tenon.domains.orders.services import orders, returns, shipments
from tenon.domains.orders.services.shipments import Parcel, Portion
from tenon.kernel.principal import Principal, PrincipalKind
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity.tests.factories import NOW, make_user
from tenon.platform.organizations.tests.factories import acting_as, add_member, make_organization

__all__ = [
    "ADDRESS",
    "NOW",
    "Shop",
    "acting_as",
    "add_member",
    "make_address",
    "make_coupon",
    "make_order",
    "make_organization",
    "make_payment",
    "make_product",
    "make_shipping_method",
    "make_tax_rate",
    "make_user",
    "system",
]

ADDRESS: dict[str, str] = {
    "full_name": "Ada Lovelace",
    "line1": "12 St James's Square",
    "line2": "",
    "city": "London",
    "region": "",
    "postal_code": "SW1Y 4JH",
    "country": "GB",
    "phone": "",
    "email": "ada@example.com",
}
_numbers = count(1)


def system(organization_id: UUID) -> Principal:
    """The deployment itself, acting in an organization."""
    return Principal(PrincipalKind.SYSTEM, organization_id=organization_id)


def make_shipping_method(organization_id: UUID, **fields: Any) -> ShippingMethod:
    """A way of sending that costs 5.99."""
    values = {"code": f"standard-{next(_numbers)}", "name": "Standard", "price_amount": 599, "currency": "USD"}
    with organization_scope(organization_id):
        return ShippingMethod.objects.create(**values | fields)


def make_coupon(organization_id: UUID, **fields: Any) -> Coupon:
    """10 % off everything."""
    values = {"code": f"TEN-{next(_numbers)}", "kind": "percentage", "value": 100_000, "currency": "USD"}
    with organization_scope(organization_id):
        return Coupon.objects.create(**values | fields)


def make_tax_rate(organization_id: UUID, **fields: Any) -> TaxRate:
    """10.75 % of everything in the United States."""
    values = {"name": "Sales tax", "country": "US", "millionths": 107_500}
    with organization_scope(organization_id):
        return TaxRate.objects.create(**values | fields)


def make_address(organization_id: UUID, user_id: UUID, **fields: Any) -> CustomerAddress:
    """An entry of a person's address book."""
    with organization_scope(organization_id):
        return CustomerAddress.objects.create(user_id=user_id, **ADDRESS | fields)


def make_order(organization_id: UUID, *, quantity: int = 1, price: int = 1000, **fields: Any) -> Order:
    """A pending order of one line, without shipping or tax."""
    amount = quantity * price
    values: dict[str, Any] = {
        "number": f"KAS-{next(_numbers):010}",
        "email": "ada@example.com",
        "state": "pending",
        "payment_method": "credit_card",
        "shipping_address": ADDRESS,
        "billing_address": ADDRESS,
        "currency": "USD",
        "subtotal_amount": amount,
        "total_amount": amount,
        "placed_at": NOW,
    }
    product_id = fields.pop("product_id", None) or make_product(organization_id, price_amount=price).id
    with organization_scope(organization_id):
        order = Order.objects.create(**values | fields)
        OrderItem.objects.create(
            order=order,
            position=0,
            product_id=product_id,
            name="Lamp",
            sku="LAMP-1",
            quantity=quantity,
            unit_price_amount=price,
            subtotal_amount=amount,
            total_amount=amount,
        )
    return order


class Shop:
    """An organization with one product, of which there are ten, and somebody who may do everything there."""

    def __init__(self, organization_id: UUID | None = None, staff: Principal | None = None) -> None:
        if organization_id is None or staff is None:
            owner = make_user()
            organization_id = make_organization(owner).id
            staff = acting_as(owner, organization_id)
        self.id, self.staff = organization_id, staff
        self.product = make_product(self.id, stock=10, price_amount=1000)

    def order(self, **fields: Any) -> Order:
        """An order of the product, which is reserved."""
        order = make_order(self.id, product_id=self.product.id, **fields)
        if order.state == "pending":
            lines = [StockLine(self.product.id, None, fields.get("quantity", 1))]
            with organization_scope(self.id):
                stock.reserve(lines=lines, reference=order.id, until=None, now=NOW)
        return order

    def confirmed(self, **fields: Any) -> Order:
        """The same, confirmed."""
        order = self.order(**{"payment_method": "bank_transfer", **fields})
        orders.confirm_by_hand(principal=self.staff, order_id=order.id, now=NOW)
        return order

    def delivered(self, **fields: Any) -> Order:
        """The same, delivered in one parcel."""
        order = self.confirmed(**fields)
        shipments.ship(principal=self.staff, order_id=order.id, parcel=Parcel(), now=NOW)
        orders.deliver(principal=self.staff, order_id=order.id, now=NOW)
        return order

    def shipment_id(self, order: Order) -> UUID:
        """The one parcel of the order."""
        with organization_scope(self.id):
            return Shipment.objects.get(order=order).id

    def returned(self, order: Order) -> UUID:
        """A return that is asked for, of one of the order's line."""
        return returns.request(
            shopper=Shopper(self.staff),
            organization_id=self.id,
            order_id=order.id,
            portions=[Portion(self.item(order).id, 1)],
            reason="Too bright",
            now=NOW,
        )

    def level(self) -> StockLevel:
        """What there is of the product."""
        return level(self.product)

    def state(self, order: Order) -> str:
        """How far the order has come."""
        with organization_scope(self.id):
            return Order.objects.get(pk=order.pk).state

    def item(self, order: Order) -> OrderItem:
        """The one line of the order."""
        with organization_scope(self.id):
            return OrderItem.objects.get(order=order)


def make_payment(order: Order, **fields: Any) -> Payment:
    """What is to be taken for an order."""
    values = {"provider": "stripe", "method": "credit_card", "currency": order.currency, "amount": order.total_amount}
    assert order.organization_id is not None
    with organization_scope(order.organization_id):
        return Payment.objects.create(order=order, **values | fields)
