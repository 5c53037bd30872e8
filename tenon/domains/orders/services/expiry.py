"""Orders that nobody has paid in time, whose goods others wait for."""

from datetime import datetime
from uuid import UUID

from tenon.domains.orders.engines.states import OrderState
from tenon.domains.orders.models import Order
from tenon.domains.orders.services.orders import call_off
from tenon.domains.orders.services.turns import order_turn
from tenon.kernel.errors import NotFound
from tenon.kernel.retries import retried
from tenon.kernel.tenancy.scopes import system_scope

BATCH = 500


def expire(*, now: datetime) -> int:
    """Cancel pending orders whose time is up, each in a transaction of its own. Returns how many were."""
    return sum(_expire(organization_id, order_id, now=now) for organization_id, order_id in _due(now=now))


def _due(*, now: datetime) -> list[tuple[UUID, UUID]]:
    with system_scope(reason="orders of every organization run out of time", read_only=True):
        rows = Order.objects.filter(expires_at__lte=now).order_by("expires_at", "id")
        return list(rows.values_list("organization_id", "id")[:BATCH])


@retried
def _expire(organization_id: UUID, order_id: UUID, *, now: datetime) -> bool:
    try:
        with order_turn(organization_id, order_id) as order:
            # It may have been paid or cancelled since.
            if order.state != OrderState.PENDING or order.expires_at is None or order.expires_at > now:
                return False
            call_off(order, cause="expired", reason="", actor_id=None, now=now)
            return True
    except NotFound:
        return False
