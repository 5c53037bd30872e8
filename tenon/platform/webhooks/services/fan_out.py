"""One delivery for each endpoint that an event is for."""

from datetime import datetime
from uuid import UUID

import orjson
from django.db import transaction
from django.db.models import Q

from tenon.kernel.outbox.public import PublicEvent
from tenon.kernel.retries import retried
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.organizations.services.turns import beside
from tenon.platform.webhooks import selectors
from tenon.platform.webhooks.models import Delivery, Endpoint, Lane
from tenon.platform.webhooks.services import waking
from tenon.platform.webhooks.services.turns import locked


@retried
def write(*, event: PublicEvent, now: datetime) -> int:
    """Put an event on its way to every endpoint that listens; how many these are.

    For those that are disabled it is written down as skipped, so that a recovery finds it.
    """
    with organization_scope(event.organization_id):
        listening = selectors.listening(event.type)
        if not listening:
            return 0
        beside(event.organization_id)
        # The lanes first, as with everybody else; and nobody is disabled any more once they are held.
        make_due([each.id for each in listening if each.is_enabled], now=now)
        endpoints = selectors.listening(event.type)
        body = body_of(event)
        Delivery.objects.bulk_create([delivery_of(event, each, body=body, now=now) for each in endpoints])
        transaction.on_commit(waking.wake)
        return len(endpoints)


def body_of(event: PublicEvent) -> str:
    """What is sent of an event: the same bytes for every endpoint and at every attempt."""
    return orjson.dumps(event.body()).decode()


def delivery_of(event: PublicEvent, endpoint: Endpoint, *, body: str, now: datetime) -> Delivery:
    """A row that is not stored yet."""
    on_its_way = endpoint.is_enabled
    return Delivery(
        organization_id=endpoint.belongs_to,
        endpoint=endpoint,
        event_id=event.id,
        event_type=event.type,
        body=body,
        created_at=now,
        state=Delivery.State.PENDING if on_its_way else Delivery.State.SKIPPED,
        next_attempt_at=now if on_its_way else None,
        settled_at=None if on_its_way else now,
    )


def make_due(endpoint_ids: list[UUID], *, now: datetime, at_once: bool = False) -> None:
    """Have the lanes of these endpoints looked at; `at_once`, though one rests, as somebody waits for the outcome."""
    lanes = Lane.objects.filter(endpoint__in=endpoint_ids)
    # Locked in one order, so that two events of an organization do not wait for each other.
    ids = list(locked(lanes.order_by("id")).values_list("id", flat=True))
    lanes = Lane.objects.filter(id__in=ids)
    if at_once:
        lanes.update(due_at=now, rests_until=None)
    else:
        lanes.filter(Q(due_at=None) | Q(due_at__gt=now)).update(due_at=now)
