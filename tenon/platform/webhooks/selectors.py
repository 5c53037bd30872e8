"""Reading endpoints, deliveries and attempts. Values leave; querysets are for a list's own scope."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tenon.kernel.errors import NotFound
from tenon.kernel.outbox import catalogue
from tenon.kernel.statistics import Period, Statistic, counted_by_key
from tenon.kernel.tenancy.scopes import organization_scope, system_scope
from tenon.platform.webhooks.models import Attempt, Delivery, Endpoint, Lane

ALL = "*"
_NUMBERS = "numbers of the whole deployment, for its operators"


@dataclass(frozen=True, slots=True)
class EndpointFacts:
    """What is known of an endpoint, but for its secrets."""

    id: UUID
    url: str
    description: str
    event_types: list[str]
    state: str
    disabled_reason: str
    disabled_at: datetime | None
    failing_since: datetime | None
    former_secret_until: datetime | None
    created_by_id: UUID | None
    created_at: datetime
    updated_at: datetime
    version: int

    @property
    def is_enabled(self) -> bool:
        return self.state == Endpoint.State.ENABLED


@dataclass(frozen=True, slots=True)
class DeliveryFacts:
    """What is known of a delivery, but for its body."""

    id: UUID
    endpoint_id: UUID
    event_id: UUID
    event_type: str
    state: str
    attempts: int
    next_attempt_at: datetime | None
    last_outcome: str
    last_status: int | None
    settled_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class AttemptFacts:
    """How one request ended. The id is the one that the request carried."""

    id: UUID
    number: int
    started_at: datetime
    milliseconds: int
    outcome: str
    status: int | None
    error: str
    answer: str


@dataclass(frozen=True, slots=True)
class DeliveryInFull:
    """A delivery with its body and all attempts, the first one first."""

    facts: DeliveryFacts
    body: str
    attempts: list[AttemptFacts]


@dataclass(frozen=True, slots=True)
class Backlog:
    """Lanes with something due, how long the first of them has been waiting, those that rest, and dead endpoints."""

    due: int
    resting: int
    disabled: int
    lag: timedelta


def endpoint_facts_of(endpoint: Endpoint) -> EndpointFacts:
    """The facts of an endpoint that is loaded already."""
    return EndpointFacts(**{name: getattr(endpoint, name) for name in _names(EndpointFacts)})


def delivery_facts_of(delivery: Delivery) -> DeliveryFacts:
    """The facts of a delivery that is loaded already."""
    return DeliveryFacts(**{name: getattr(delivery, name) for name in _names(DeliveryFacts)})


def endpoint_facts(*, organization_id: UUID, endpoint_id: UUID) -> EndpointFacts:
    """The facts of an endpoint. Raises NotFound."""
    with organization_scope(organization_id, read_only=True):
        row = Endpoint.objects.filter(pk=endpoint_id).values(*_names(EndpointFacts)).first()
    return EndpointFacts(**_found(row))


def delivery_in_full(*, organization_id: UUID, delivery_id: UUID) -> DeliveryInFull:
    """A delivery with its body and its attempts. Raises NotFound. Two queries."""
    with organization_scope(organization_id, read_only=True):
        row = _found(Delivery.objects.filter(pk=delivery_id).values("body", *_names(DeliveryFacts)).first())
        attempts = [AttemptFacts(**each) for each in attempts_of(delivery_id)]
    return DeliveryInFull(body=row.pop("body"), facts=DeliveryFacts(**row), attempts=attempts)


def endpoints() -> QuerySet[Endpoint, Any]:
    """The endpoints of the scope's organization, as values."""
    return _values(Endpoint, EndpointFacts)


def deliveries(endpoint_id: UUID) -> QuerySet[Delivery, Any]:
    """The deliveries of an endpoint, in the scope, as values. Raises NotFound where there is no such endpoint."""
    if not Endpoint.objects.filter(pk=endpoint_id).exists():
        raise NotFound
    return _values(Delivery, DeliveryFacts).filter(endpoint=endpoint_id)


def attempts_of(delivery_id: UUID) -> QuerySet[Attempt, Any]:
    """The attempts at a delivery, in the scope, as values, the first one first."""
    return _values(Attempt, AttemptFacts).filter(delivery=delivery_id).order_by("number")


def known_types() -> frozenset[str]:
    """What an endpoint can subscribe to: every public type, `area.*` for each area, and `*`."""
    names = catalogue.names()
    return frozenset({ALL, *names, *(f"{name.partition('.')[0]}.*" for name in names)})


def listening(event_type: str) -> list[Endpoint]:
    """The endpoints of the scope's organization that want events of this type, disabled ones included."""
    wanted = {ALL, event_type, f"{event_type.partition('.')[0]}.*"}
    return [each for each in Endpoint.objects.order_by("created_at", "id") if wanted.intersection(each.event_types)]


def statistics() -> tuple[Statistic, ...]:
    """What this app counts, for the deployment's operators; deliveries as long as they are kept."""

    def total(now: datetime) -> int:
        with system_scope(reason=_NUMBERS, read_only=True):
            return Delivery.objects.count()

    def added(period: Period) -> dict[datetime, int]:
        with system_scope(reason=_NUMBERS, read_only=True):
            return counted_by_key(Delivery.objects.all(), "created_at", period)

    return (Statistic("webhook_deliveries", _("Webhook deliveries"), total, added),)


def backlog(*, now: datetime) -> Backlog:
    """The numbers. Two queries."""
    resting = Q(rests_until__gt=now)
    with system_scope(reason=_NUMBERS, read_only=True):
        lanes = Lane.objects.filter(due_at__lte=now).aggregate(
            due=Count("pk", filter=~resting | Q(rests_until=None)),
            resting=Count("pk", filter=resting),
            oldest=Min("due_at", filter=~resting | Q(rests_until=None)),
        )
        disabled = Endpoint.objects.filter(state=Endpoint.State.DISABLED).count()
    oldest: datetime | None = lanes["oldest"]
    lag = max(now - oldest, timedelta(0)) if oldest else timedelta(0)
    return Backlog(due=lanes["due"], resting=lanes["resting"], disabled=disabled, lag=lag)


def made_by(user_id: UUID) -> list[dict[str, Any]]:
    """The endpoints that a person has made, in any organization, in the scope: for what is handed over to them.

    Where these lead by now is the organization's: an address may be a secret, and the person a member no more.
    """
    rows = Endpoint.objects.filter(created_by_id=user_id).order_by("created_at")
    return [dict(each) for each in rows.values("id", "organization_id", "created_at")]


def _found(row: dict[str, Any] | None) -> dict[str, Any]:
    if row is None:
        raise NotFound
    return row


def _names(facts: type[Any]) -> list[str]:
    return [field.name for field in fields(facts)]


def _values(model: type[Model], facts: type[Any]) -> QuerySet[Any, Any]:
    rows: QuerySet[Any, Any] = model._default_manager.values(*_names(facts))
    return rows
