"""One endpoint at a time, by who may: its row is locked, and the permission is asked for once more."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet

from tenon.kernel.errors import NotFound
from tenon.kernel.outbox.publishing import publish
from tenon.kernel.principal import Principal
from tenon.platform.organizations.policies import may, require
from tenon.platform.organizations.services.turns import turn
from tenon.platform.webhooks import policies
from tenon.platform.webhooks.events import EndpointEvent
from tenon.platform.webhooks.models import Endpoint, Lane

_M = TypeVar("_M", bound=Model)


@contextmanager
def endpoint_turn(principal: Principal, endpoint_id: UUID, *, reads: bool = False) -> Iterator[Endpoint]:
    """The endpoint, in its organization's scope, for somebody who may manage webhooks; `reads`: and read events.

    Raises NotFound, Forbidden.
    """
    with turn(principal) as (_organization, present):
        require(may(present, policies.MANAGE))
        if reads:
            policies.require_reader(present)
        yield find(endpoint_id)


def find(endpoint_id: UUID) -> Endpoint:
    """An endpoint of the scope's organization, locked. Raises NotFound.

    The lane comes first, as with whoever settles an attempt, so that the two do not wait for each other.
    """
    list(locked(Lane.objects.filter(endpoint=endpoint_id)))
    endpoint = locked(Endpoint.objects.filter(pk=endpoint_id)).first()
    if endpoint is None:
        raise NotFound
    return endpoint


def locked(rows: QuerySet[_M]) -> QuerySet[_M]:
    """Hold the rows until the transaction ends; rows with a key to them can still be added meanwhile."""
    return rows.select_for_update(no_key=connection.features.has_select_for_no_key_update)


def tell(event: EndpointEvent) -> None:
    """Publish an event of an endpoint, in the order of its turns."""
    publish(event, aggregate=f"webhook_endpoint:{event.endpoint_id}", organization_id=event.organization_id)
