"""Endpoints, events and attempts for tests."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tenon.kernel import clock
from tenon.kernel.ids import new_id
from tenon.kernel.outbox.public import PublicEvent
from tenon.kernel.principal import Principal, PrincipalKind
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.organizations.tests.factories import make_organization
from tenon.platform.webhooks import services
from tenon.platform.webhooks.engines.slots import Room
from tenon.platform.webhooks.models import Attempt, Delivery, Endpoint, Lane
from tenon.platform.webhooks.selectors import EndpointFacts
from tenon.platform.webhooks.services import lanes
from tenon.platform.webhooks.services.lanes import Result, Work

URL = "https://hooks.example.com/tenon"
ROOM = Room(many=100, full=frozenset(), share=100, left={})
TOKEN = new_id()
TYPE = "organizations.member_joined"


def system(organization_id: UUID) -> Principal:
    """The deployment itself, acting in an organization."""
    return Principal(PrincipalKind.SYSTEM, organization_id=organization_id)


def make_endpoint(organization_id: UUID | None = None, **fields: Any) -> EndpointFacts:
    """An endpoint, of an organization of its own unless one is given."""
    principal = system(organization_id or make_organization().id)
    values = {"url": URL, "event_types": ["*"], **fields}
    return services.create(principal=principal, **values)[0]


def happen(organization_id: UUID, *, kind: str = TYPE, now: datetime | None = None) -> PublicEvent:
    """A public event of the organization, put on its way."""
    moment = now or clock.now()
    event = PublicEvent(new_id(), kind, organization_id, moment, {"user_id": str(new_id())})
    services.write(event=event, now=moment)
    return event


def claim(*, now: datetime, suspect: bool = False, token: UUID = TOKEN, room: Room = ROOM) -> list[Work]:
    """What a dispatcher would begin."""
    return lanes.claim(now=now, suspect=suspect, room=room, token=token)


def result(work: Work, *, at: datetime, message: int = 0, outcome: str = "delivered", **fields: Any) -> Result:
    """How an attempt at one of the work's messages ended."""
    status = {"delivered": 204, "refused": 500}.get(outcome)
    return Result(new_id(), work.messages[message], at, 12, outcome, **{"status": status, **fields})


def attempt(endpoint: EndpointFacts, *, now: datetime, outcome: str = "delivered", **fields: Any) -> None:
    """Make the attempt that is due before the one endpoint there is, with this outcome."""
    [work] = [*claim(now=now), *claim(now=now, suspect=True)]
    assert work.endpoint_id == endpoint.id
    assert lanes.settle(work, [result(work, at=now, outcome=outcome, **fields)], now=now)


def organization_of(endpoint: EndpointFacts) -> UUID:
    """Whose endpoint it is."""
    from tenon.kernel.tenancy.scopes import system_scope

    with system_scope(reason="a test looks at everything"):
        return Endpoint.objects.get(pk=endpoint.id).belongs_to


def row(endpoint: EndpointFacts, organization_id: UUID) -> Endpoint:
    """The endpoint as it is stored."""
    with organization_scope(organization_id):
        return Endpoint.objects.get(pk=endpoint.id)


def lane(endpoint: EndpointFacts, organization_id: UUID) -> Lane:
    """Its lane."""
    with organization_scope(organization_id):
        return Lane.objects.get(endpoint=endpoint.id)


def deliveries(organization_id: UUID) -> list[Delivery]:
    """The organization's deliveries, oldest first."""
    with organization_scope(organization_id):
        return list(Delivery.objects.order_by("created_at", "id"))


def attempts(organization_id: UUID) -> list[Attempt]:
    """The organization's attempts, oldest first."""
    with organization_scope(organization_id):
        return list(Attempt.objects.select_related("delivery").order_by("started_at", "number"))


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)
