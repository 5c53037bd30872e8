"""What changes the stock beside sales: goods that come in, come back, break or are counted anew."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tenon.domains.catalog import policies
from tenon.domains.catalog.errors import StockSetAside
from tenon.domains.catalog.events import StockAdjusted
from tenon.domains.catalog.models import StockMovement
from tenon.domains.catalog.selectors import MovementFacts, movement_facts_of
from tenon.domains.catalog.services.stock import levels
from tenon.domains.catalog.services.stock.levels import Level
from tenon.domains.catalog.services.stock.lines import StockLine, added_up
from tenon.kernel.errors import FieldError, Invalid, NotFound
from tenon.kernel.outbox.publishing import publish
from tenon.kernel.principal import Principal
from tenon.kernel.retries import retried
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.organizations.policies import may, require

MOST = 1_000_000_000  # of one thing; the column holds a little more than twice that
Kind, From = StockMovement.Kind, StockMovement.ReferenceKind
_INCOMING, _OUTGOING = {Kind.PURCHASE, Kind.RETURN}, {Kind.DAMAGE, Kind.SALE}


def put_back(
    *, lines: Sequence[StockLine], reference: UUID, now: datetime, actor_id: UUID | None, kind: str = Kind.RETURN
) -> None:
    """Take sold goods back into the stock, in the caller's scope and transaction.

    Once for a reference and a kind, however often it is called: a return's id, or the id of an order that is cancelled
    as a whole. What the catalog has no more, or does not track, is passed over. Five statements at most.
    """
    wanted = added_up(lines)
    found = [level for level in levels.take_tracked(wanted).values() if level.track_inventory]
    # Asked once the rows are held: a second call for the same lines has waited for the first.
    if StockMovement.objects.filter(reference_id=reference, kind=kind).exists():
        return
    for level in found:
        level.on_hand += wanted[level.item_id]
    levels.write(found)
    StockMovement.objects.bulk_create(
        StockMovement(
            product_id=level.product_id,
            variant_id=level.variant_id,
            kind=kind,
            quantity_change=wanted[level.item_id],
            reference_kind=From.ORDER,
            reference_id=reference,
            actor_id=actor_id,
            created_at=now,
        )
        for level in found
    )


@retried
def adjust(
    *,
    principal: Principal,
    product_id: UUID,
    variant_id: UUID | None,
    kind: str,
    now: datetime,
    change: int | None = None,
    to: int | None = None,
    note: str = "",
) -> MovementFacts | None:
    """Change what is on hand by `change`, or make it `to`. Returns the movement; None where there is as much already.

    Raises Forbidden, NotFound, Invalid for a change that does not fit its kind or is too large, and StockSetAside when
    less would be left than is set aside for orders.
    """
    with organization_scope(principal.acting_in):
        require(may(principal, policies.MANAGE_STOCK))
        item_id = variant_id or product_id
        level = levels.take([item_id]).get(item_id)
        if level is None or (level.product_id, level.variant_id) != (product_id, variant_id):
            raise NotFound
        amount = change if to is None else to - level.on_hand
        if not amount:
            return None
        _require_fitting(kind, amount, level)
        level.on_hand += amount
        levels.write([level])
        movement = StockMovement.objects.create(
            product_id=product_id,
            variant_id=variant_id,
            kind=kind,
            quantity_change=amount,
            reference_kind=From.MANUAL,
            note=note,
            actor_id=principal.id,
            created_at=now,
        )
        _tell(level, movement, principal)
        return movement_facts_of(movement)


def _tell(level: Level, movement: StockMovement, principal: Principal) -> None:
    event = StockAdjusted(
        organization_id=principal.acting_in,
        actor_id=principal.id,
        product_id=level.product_id,
        variant_id=level.variant_id,
        kind=movement.kind,
        quantity_change=movement.quantity_change,
        on_hand=level.on_hand,
    )
    publish(event, aggregate=f"stock:{level.item_id}")


def _require_fitting(kind: str, amount: int, level: Level) -> None:
    if (kind in _INCOMING and amount < 0) or (kind in _OUTGOING and amount > 0):
        detail = _("A movement of this kind goes the other way.")
        raise Invalid(errors=[FieldError("/quantity_change", "wrong_direction", detail)])
    if level.on_hand + amount > MOST:
        detail = _("There can be %(most)d of one thing at most.") % {"most": MOST}
        raise Invalid(errors=[FieldError("/quantity_change", "too_large", detail)])
    if amount < 0 and not level.has(-amount):
        raise StockSetAside(extra={"on_hand": level.on_hand, "allocated": level.allocated})
