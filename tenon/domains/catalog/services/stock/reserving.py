"""Setting stock aside for a purchase: it is held for a time, then sold, or free again.

A reference, such as an order's id, holds all of its lines or none, and settles them together and once. What is not
tracked is never held. All but `release_overdue` and `purge` work in the caller's scope and transaction.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from tenon.domains.catalog.errors import ReservationLost
from tenon.domains.catalog.models import StockMovement, StockReservation
from tenon.domains.catalog.services.stock import levels
from tenon.domains.catalog.services.stock.levels import Level
from tenon.domains.catalog.services.stock.lines import StockLine, added_up, require_enough, require_known
from tenon.kernel.ids import lowest_at
from tenon.kernel.tenancy.scopes import organization_scope, system_scope

KEPT = timedelta(days=90)  # how long a reference is known after its reservation has come to an end
_BATCH = 500
State = StockReservation.State


def reserve(*, lines: Sequence[StockLine], reference: UUID, until: datetime | None, now: datetime) -> None:
    """Hold the lines for `reference` until then; None: until somebody releases them.

    What the reference holds or was sold already stays as it is; what it has lost it can hold anew. Six statements at
    most. Raises OutOfStock, which names every line that falls short, and NotFound for what the catalog does not have;
    then nothing is held.
    """
    wanted = added_up(lines)
    found = levels.take_tracked(wanted)
    require_known(lines, found)
    # Asked once the rows are held: a second call for the same lines has waited for the first.
    known = set(_of(reference).values_list("state", flat=True))
    if known - {State.RELEASED}:
        return
    require_enough(wanted, found)
    if known:
        _of(reference).delete()
    held = [found[item_id] for item_id in wanted if found[item_id].track_inventory]
    for level in held:
        level.allocated += wanted[level.item_id]
    levels.write(held)
    StockReservation.objects.bulk_create(
        StockReservation(
            product_id=level.product_id,
            variant_id=level.variant_id,
            item_id=level.item_id,
            quantity=wanted[level.item_id],
            reference=reference,
            expires_at=until,
            created_at=now,
        )
        for level in held
    )


def commit(*, reference: UUID, now: datetime, actor_id: UUID | None) -> None:
    """Sell what `reference` holds, with a movement for each line: once, however often it is called.

    After its time as well, while nobody has released it. A reference that never held anything has nothing to sell.
    Raises ReservationLost for one that was released: reserve again, and commit that. Five statements at most.
    """
    sold = _settle(_of(reference), State.COMMITTED)
    if not sold and _of(reference).filter(state=State.RELEASED).exists():
        raise ReservationLost
    for level, quantity in sold:
        level.on_hand -= quantity
        level.allocated -= quantity
    levels.write(level for level, _ in sold)
    StockMovement.objects.bulk_create(
        StockMovement(
            product_id=level.product_id,
            variant_id=level.variant_id,
            kind=StockMovement.Kind.SALE,
            quantity_change=-quantity,
            reference_kind=StockMovement.ReferenceKind.ORDER,
            reference_id=reference,
            actor_id=actor_id,
            created_at=now,
        )
        for level, quantity in sold
    )


def release(*, reference: UUID, now: datetime) -> None:
    """Let go of what `reference` holds; nothing where it holds nothing any more. Four statements at most."""
    _release(_of(reference))


def release_overdue(*, now: datetime) -> int:
    """Let go of what is held beyond its time, for every organization. Returns how many reservations that were.

    In a scope and a transaction of its own for each reference. Any number of these may run at once.
    """
    released = 0
    while True:
        with system_scope(reason="reservations of every organization have their time", read_only=True):
            rows = StockReservation.objects.filter(state=State.HELD, expires_at__lte=now).order_by("expires_at")
            due = dict.fromkeys(rows.values_list("organization_id", "reference")[:_BATCH])
        before = released
        for organization_id, reference in due:
            with organization_scope(organization_id):
                released += _release(_of(reference).filter(expires_at__lte=now))
        if released == before:  # nothing is left, or others are at it
            return released


def purge(*, now: datetime) -> int:
    """Forget reservations that were made and settled longer ago than KEPT, for every organization. Returns how many."""
    purged = 0
    while True:
        with system_scope(reason="reservations of every organization are kept equally long"):
            rows = StockReservation.objects.filter(pk__lt=lowest_at(now - KEPT)).exclude(state=State.HELD)
            ids = list(rows.order_by("pk").values_list("pk", flat=True)[:_BATCH])
            if not ids:
                return purged
            purged += StockReservation.objects.filter(pk__in=ids).delete()[0]


def _of(reference: UUID) -> QuerySet[StockReservation]:
    return StockReservation.objects.filter(reference=reference)


def _release(reservations: QuerySet[StockReservation]) -> int:
    freed = _settle(reservations, State.RELEASED)
    for level, quantity in freed:
        level.allocated -= quantity
    levels.write(level for level, _ in freed)
    return len(freed)


def _settle(reservations: QuerySet[StockReservation], state: State) -> list[tuple[Level, int]]:
    """End those of a reference that are held. Returns their levels, taken, with how many each held.

    Whoever else ends them takes the levels too, so of several only the first finds them still held.
    """
    while held := list(reservations.filter(state=State.HELD).values_list("pk", "item_id", "quantity")):
        found = levels.take({item_id for _, item_id, _ in held})
        if StockReservation.objects.filter(pk__in=[pk for pk, _, _ in held], state=State.HELD).update(state=state):
            return [(found[item_id], quantity) for _, item_id, quantity in held if item_id in found]
    return []
