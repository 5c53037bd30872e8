"""Claiming lanes by lease, and settling what was sent in them. No transaction stays open between the two.

A claim is a random token on the lane with an end. While it lasts nobody else sends to that endpoint; a process that is
killed leaves it, and once the lease has ended another one sends what is not settled: at least once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Min, Q, QuerySet

from tenon.kernel.crypto import Unsealable
from tenon.kernel.retries import retried
from tenon.kernel.tenancy.scopes import organization_scope, system_scope
from tenon.platform.organizations.services.turns import beside
from tenon.platform.webhooks.engines import patience
from tenon.platform.webhooks.engines.slots import Room
from tenon.platform.webhooks.models import Attempt, Delivery, Endpoint, Lane
from tenon.platform.webhooks.services.disabling import disable
from tenon.platform.webhooks.services.secrets import secrets_of
from tenon.platform.webhooks.services.turns import locked

# Longer than the messages of one claim can take: see sending.HOLD, and outgoing.SECONDS for the last of them.
LEASE = timedelta(seconds=30)
BATCH = 20
GONE = 410
DELIVERED = "delivered"


@dataclass(frozen=True, slots=True)
class Message:
    """One delivery that is due. `number` is that of the attempt."""

    delivery_id: UUID
    event_id: UUID
    body: str
    number: int


@dataclass(frozen=True, slots=True)
class Work:
    """A claimed lane: where to, what, and what it is signed with. `suspect`: the last attempt there has failed."""

    lane_id: UUID
    organization_id: UUID
    endpoint_id: UUID
    token: UUID
    url: str
    keys: tuple[str, ...]
    messages: tuple[Message, ...]
    suspect: bool


@dataclass(frozen=True, slots=True)
class Result:
    """How one attempt ended. `status` is None where there was no answer; `rest` is what the receiver asked for.

    `attempt_id` is the id that the request carried.
    """

    attempt_id: UUID
    message: Message
    started_at: datetime
    milliseconds: int
    outcome: str
    status: int | None = None
    error: str = ""
    answer: str = ""
    rest: timedelta | None = None

    @property
    def ok(self) -> bool:
        return self.outcome == DELIVERED


@retried
def claim(*, now: datetime, suspect: bool, room: Room, token: UUID) -> list[Work]:
    """Lanes with something due that nobody is at, the longest due first, as many as there is room for.

    `suspect`: those that have missed, and those of organizations whose receivers are late.
    """
    if not room.many:
        return []
    with system_scope(reason="one dispatcher serves the lanes of every organization"):
        free = Lane.objects.filter(
            Q(claimed_until=None) | Q(claimed_until__lte=now), Q(rests_until=None) | Q(rests_until__lte=now)
        )
        kind = Q(misses__gt=0) | Q(organization__in=room.late) if suspect else Q(misses=0)
        free = free.filter(kind, due_at__lte=now).exclude(organization__in=room.full).order_by("due_at")
        lanes = room.for_each(free.select_for_update(skip_locked=True)[: room.many], lambda lane: lane.belongs_to)
        Lane.objects.filter(id__in=[lane.id for lane in lanes]).update(claim=token, claimed_until=now + LEASE)
        endpoints = Endpoint.objects.in_bulk([lane.endpoint_id for lane in lanes])
        return [_work(lane, endpoints[lane.endpoint_id], token=token, now=now) for lane in lanes]


@retried
def settle(work: Work, results: Iterable[Result], *, now: datetime) -> bool:
    """Write down how the attempts ended, and give the lane back. False when the claim was lost meanwhile."""
    with organization_scope(work.organization_id):
        beside(work.organization_id)
        lane = locked(Lane.objects.filter(pk=work.lane_id, claim=work.token)).first()
        if lane is None:
            return False
        endpoint = locked(Endpoint.objects.filter(pk=work.endpoint_id)).get()
        for result in results:
            _settle_one(result, lane, endpoint, now=now)
        if endpoint.is_enabled:
            _judge(endpoint, list(results), now=now)
        lane.claim = lane.claimed_until = None
        if endpoint.is_enabled:
            lane.due_at = _next_due(endpoint)
        else:
            lane.due_at, lane.rests_until, lane.misses = None, None, 0
        lane.save(update_fields=["claim", "claimed_until", "due_at", "rests_until", "misses"])
        return True


@retried
def release(*, token: UUID) -> int:
    """Give back whatever is still claimed by `token`; how many lanes these were."""
    with system_scope(reason="a dispatcher that stops gives the lanes of every organization back"):
        return Lane.objects.filter(claim=token).update(claim=None, claimed_until=None)


def _work(lane: Lane, endpoint: Endpoint, *, token: UUID, now: datetime) -> Work:
    suspect = lane.misses > 0
    due = _pending(endpoint).filter(next_attempt_at__lte=now).order_by("next_attempt_at", "id")
    # One message is enough to find out whether a receiver that has failed is back.
    rows = due.values_list("id", "event_id", "body", "attempts")[: 1 if suspect else BATCH]
    keys = _keys(endpoint, now=now)
    return Work(
        lane_id=lane.id,
        organization_id=lane.belongs_to,
        endpoint_id=endpoint.id,
        token=token,
        url=endpoint.url,
        keys=keys,
        messages=tuple(Message(row[0], row[1], row[2], row[3] + 1) for row in rows),
        suspect=suspect,
    )


def _keys(endpoint: Endpoint, *, now: datetime) -> tuple[str, ...]:
    """None where they cannot be read, which must not keep the others waiting."""
    try:
        secrets = secrets_of(endpoint, now=now)
    except Unsealable:
        return ()
    return tuple(key for key in (secrets.secret, secrets.former_secret) if key)


def _settle_one(result: Result, lane: Lane, endpoint: Endpoint, *, now: datetime) -> None:
    delivery = locked(Delivery.objects.filter(pk=result.message.delivery_id)).first()
    if delivery is None:
        return
    Attempt.objects.create(
        id=result.attempt_id,
        delivery=delivery,
        number=result.message.number,
        started_at=result.started_at,
        milliseconds=result.milliseconds,
        outcome=result.outcome,
        status=result.status,
        error=result.error,
        answer=result.answer,
    )
    delivery.attempts = result.message.number
    delivery.last_outcome, delivery.last_status = result.outcome, result.status
    # Skipped meanwhile, with its endpoint disabled: of that only a success makes something else.
    if result.ok:
        delivery.state, delivery.next_attempt_at, delivery.settled_at = Delivery.State.DELIVERED, None, now
    elif delivery.state == Delivery.State.PENDING:
        _fail(delivery, result, now=now)
    delivery.save(
        update_fields=["attempts", "tries", "last_outcome", "last_status", "state", "next_attempt_at", "settled_at"]
    )
    _count(result, lane, now=now)


def _fail(delivery: Delivery, result: Result, *, now: datetime) -> None:
    delivery.tries += 1
    wait = patience.wait(delivery.tries)
    if wait is None or result.status == GONE:
        delivery.state, delivery.next_attempt_at, delivery.settled_at = Delivery.State.FAILED, None, now
    else:
        delivery.next_attempt_at = now + max(wait, result.rest or wait)


def _count(result: Result, lane: Lane, *, now: datetime) -> None:
    if result.ok:
        lane.misses, lane.rests_until = 0, None
        return
    lane.misses += 1
    rest = patience.rest(lane.misses, answered=result.status is not None)
    if rests := [each for each in (rest, result.rest) if each]:
        lane.rests_until = now + max(rests)


def _judge(endpoint: Endpoint, results: list[Result], *, now: datetime) -> None:
    """Note since when an endpoint fails, and disable it when it is gone, or has failed for too long."""
    if not results:
        return
    last, before = results[-1], endpoint.failing_since
    if last.ok:
        endpoint.failing_since = None
    elif before is None or any(result.ok for result in results):
        endpoint.failing_since = last.started_at
    if endpoint.failing_since != before:
        endpoint.save(update_fields=["failing_since"])
    if last.status == GONE:
        disable(endpoint, Endpoint.Reason.GONE, actor_id=None, now=now)
    elif endpoint.failing_since is not None and endpoint.failing_since <= now - patience.FAILING_FOR:
        disable(endpoint, Endpoint.Reason.FAILING, actor_id=None, now=now)


def _pending(endpoint: Endpoint) -> QuerySet[Delivery]:
    return Delivery.objects.filter(endpoint=endpoint, next_attempt_at__isnull=False)


def _next_due(endpoint: Endpoint) -> datetime | None:
    due: datetime | None = _pending(endpoint).aggregate(due=Min("next_attempt_at"))["due"]
    return due
