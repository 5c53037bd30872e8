"""One order at a time: its row is locked, and whoever moves it looks again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet

from tenon.domains.orders.engines.states import STEPS, OrderState, leads
from tenon.domains.orders.errors import WrongState
from tenon.domains.orders.events import OrderEvent
from tenon.domains.orders.models import Order, OrderTransition
from tenon.kernel.errors import NotFound
from tenon.kernel.outbox.publishing import publish
from tenon.kernel.tenancy.scopes import organization_scope

_M = TypeVar("_M", bound=Model)


@contextmanager
def order_turn(organization_id: UUID, order_id: UUID) -> Iterator[Order]:
    """The order, locked, in its organization's scope. Raises NotFound."""
    with organization_scope(organization_id):
        yield find(order_id)


def find(order_id: UUID) -> Order:
    """An order of the scope's organization, locked until the transaction ends. Raises NotFound."""
    order = locked(Order.objects.filter(pk=order_id)).first()
    if order is None:
        raise NotFound
    return order


def locked(rows: QuerySet[_M]) -> QuerySet[_M]:
    """Hold the rows until the transaction ends; rows with a key to them can still be added meanwhile."""
    return rows.select_for_update(no_key=connection.features.has_select_for_no_key_update)


def move(
    order: Order,
    target: OrderState,
    *,
    actor_id: UUID | None,
    now: datetime,
    reason: str = "",
    also: tuple[str, ...] = (),
) -> None:
    """Take an order in its turn a step further, and note it; `also` names other fields to store. Raises WrongState."""
    require_step(order, target)
    source, order.state = order.state, target.value
    order.save(update_fields=["state", *also])
    note_step(order, source, actor_id=actor_id, now=now, reason=reason)


def touch(order: Order) -> None:
    """Count a change of what belongs to an order as one of the order, whose ETag stands for all of it."""
    order.save(update_fields=["updated_at"])


def require_step(order: Order, target: OrderState) -> None:
    """Raises WrongState where the order's state does not lead to `target`."""
    if not leads(order.state, target):
        raise wrong_state(order)


def wrong_state(order: Order) -> WrongState:
    """The refusal, with where the order is and where it can go."""
    steps = sorted(STEPS[OrderState(order.state)])
    return WrongState(extra={"status": order.state, "steps": steps})


def note_step(order: Order, source: str, *, actor_id: UUID | None, now: datetime, reason: str = "") -> None:
    """Write down that the order has come from `source` into its present state."""
    OrderTransition.objects.create(
        order=order,
        number=order.version,
        source=source,
        target=order.state,
        reason=reason,
        actor_id=actor_id,
        happened_at=now,
    )


def tell(event: OrderEvent) -> None:
    """Publish an event of an order, in the order of its turns."""
    publish(event, aggregate=f"order:{event.order_id}", organization_id=event.organization_id)
