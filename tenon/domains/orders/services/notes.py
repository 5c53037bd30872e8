"""What staff write down about an order, for themselves."""

from uuid import UUID

from tenon.domains.orders import policies
from tenon.domains.orders.events import NoteAdded
from tenon.domains.orders.models import OrderNote
from tenon.domains.orders.services.turns import order_turn, tell
from tenon.kernel.principal import Principal


def add(*, principal: Principal, order_id: UUID, body: str) -> UUID:
    """Keep a note with an order. Returns its id. Raises Forbidden, NotFound."""
    policies.require_word(principal, policies.MANAGE)
    with order_turn(principal.acting_in, order_id) as order:
        note = OrderNote.objects.create(order=order, author_id=principal.id, body=body)
        tell(NoteAdded(order.belongs_to, principal.id, order.id, order.number, order.user_id, note.id))
        return note.id
