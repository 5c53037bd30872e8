"""Who may see and move orders: customers their own, the seller's people by their permission words."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tenon.kernel import permissions
from tenon.kernel.errors import Forbidden, NotFound
from tenon.kernel.principal import Principal
from tenon.platform.notifications import policies as notifications
from tenon.platform.organizations.policies import may, require

READ = permissions.register("orders:read", label=_("See orders, payments and reports"), roles=["admin", "billing"])
MANAGE = permissions.register(
    "orders:manage", label=_("Move orders: confirm, ship, deliver, cancel, take back"), roles=["admin"]
)
REFUND = permissions.register("orders:refund", label=_("Give money back"), roles=["admin", "billing"])
MANAGE_PRICING = permissions.register(
    "pricing:manage", label=_("Make and change coupons, shipping methods and tax rates"), roles=["admin"]
)

PLACED = notifications.register(
    "orders.placed",
    title=_("Your order has been placed"),
    message=_("Thank you for order %(number)s at %(organization)s. It comes to %(total)s."),
)
CONFIRMED = notifications.register(
    "orders.confirmed",
    title=_("Your order is confirmed"),
    message=_("Order %(number)s at %(organization)s is confirmed."),
)
SHIPPED = notifications.register(
    "orders.shipped",
    title=_("Your order is on its way"),
    message=_("A parcel of order %(number)s at %(organization)s is on its way. %(tracking)s"),
)
DELIVERED = notifications.register(
    "orders.delivered",
    title=_("Your order has arrived"),
    message=_("Order %(number)s at %(organization)s has been delivered."),
)
CANCELLED = notifications.register(
    "orders.cancelled",
    title=_("Your order is cancelled"),
    message=_("Order %(number)s at %(organization)s is cancelled. %(reason)s"),
)
REFUNDED = notifications.register(
    "orders.refunded",
    title=_("Money is on its way back to you"),
    message=_("%(amount)s for order %(number)s at %(organization)s has been given back."),
)


@dataclass(frozen=True, slots=True)
class Shopper:
    """Who asks about an order: the principal, and for a guest the order that their token is for."""

    principal: Principal
    guest_order_id: UUID | None = None

    def owns(self, *, order_id: UUID, user_id: UUID | None) -> bool:
        """Whether the order is theirs."""
        if user_id is not None and user_id == self.principal.id:
            return True
        return user_id is None and order_id == self.guest_order_id


def require_word(principal: Principal, word: str) -> None:
    """Raises Forbidden unless `principal` has the permission `word`."""
    require(may(principal, word))


def may_read(principal: Principal) -> bool:
    """Whether they see every order of the organization."""
    return may(principal, READ)


def can_see(shopper: Shopper, *, order_id: UUID, user_id: UUID | None) -> bool:
    """Whether they are shown the order: their own, or any to whom the seller's word is given."""
    return may_read(shopper.principal) or shopper.owns(order_id=order_id, user_id=user_id)


def require_mover(shopper: Shopper, *, order_id: UUID, user_id: UUID | None) -> bool:
    """Whether they act for the seller; their own order they may touch as customers.

    Raises NotFound where they may not know that there is one, Forbidden where they may only look at it.
    """
    if may(shopper.principal, MANAGE):
        return True
    if shopper.owns(order_id=order_id, user_id=user_id):
        return False
    raise Forbidden if may(shopper.principal, READ) else NotFound
