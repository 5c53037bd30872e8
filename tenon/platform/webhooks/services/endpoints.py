"""Making, changing and deleting endpoints."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from tenon.kernel import outgoing
from tenon.kernel.errors import FieldError
from tenon.kernel.ids import new_id
from tenon.kernel.outgoing import RefusedUrl
from tenon.kernel.principal import Principal
from tenon.platform.organizations.policies import may, require
from tenon.platform.organizations.services.turns import turn
from tenon.platform.webhooks import policies, selectors
from tenon.platform.webhooks.errors import TooManyEndpoints, UnknownEventType
from tenon.platform.webhooks.events import EndpointCreated, EndpointDeleted, EndpointUpdated
from tenon.platform.webhooks.models import Attempt, Delivery, Endpoint, Lane
from tenon.platform.webhooks.selectors import EndpointFacts, endpoint_facts_of
from tenon.platform.webhooks.services import secrets
from tenon.platform.webhooks.services.disabling import disable, enable
from tenon.platform.webhooks.services.turns import endpoint_turn, tell

# What changes nothing of who gets which events; `enabled` only where it is false.
_HARMLESS = {"description", "enabled"}


def create(
    *, principal: Principal, url: str, event_types: Iterable[str], description: str = "", secret: str = ""
) -> tuple[EndpointFacts, str]:
    """Have events of these types sent to `url`. Returns the endpoint and its secret, a fresh one unless given.

    Raises Forbidden, to those as well who may not read events; RefusedUrl, UnknownEventType, MalformedSecret,
    TooManyEndpoints.
    """
    _require_callable(url)
    types = _require_types(event_types)
    key = secrets.given_or_new(secret)
    with turn(principal) as (organization, present):
        require(may(present, policies.MANAGE))
        policies.require_reader(present)
        if Endpoint.objects.count() >= settings.WEBHOOK_MAX_ENDPOINTS:
            raise TooManyEndpoints
        endpoint_id = new_id()
        endpoint = Endpoint.objects.create(
            id=endpoint_id,
            url=url,
            description=description,
            event_types=types,
            secret=secrets.sealed(key, endpoint_id),
            created_by_id=principal.id,
        )
        Lane.objects.create(endpoint=endpoint)
        tell(EndpointCreated(organization.id, principal.id, endpoint.id, url, tuple(types)))
        return endpoint_facts_of(endpoint), key


def update(
    *,
    principal: Principal,
    endpoint_id: UUID,
    changes: Mapping[str, Any],
    now: datetime,
    precondition: Callable[[EndpointFacts], None] = lambda facts: None,
) -> EndpointFacts:
    """Give fields of an endpoint other values; `enabled` disables it, or enables it again.

    `precondition` sees the endpoint in its turn and raises when it is not what the caller has read. What sends events
    somewhere else, more of them, or again, is for those who may read events.
    Raises Forbidden, NotFound, RefusedUrl, UnknownEventType and what `precondition` raises.
    """
    wanted = {name: value for name, value in changes.items() if name != "enabled"}
    if "url" in wanted:
        _require_callable(wanted["url"])
    if "event_types" in wanted:
        wanted["event_types"] = _require_types(wanted["event_types"])
    reads = not changes.keys() <= _HARMLESS or changes.get("enabled") is True
    with endpoint_turn(principal, endpoint_id, reads=reads) as endpoint:
        precondition(endpoint_facts_of(endpoint))
        fields = [name for name, value in wanted.items() if getattr(endpoint, name) != value]
        if fields:
            for name in fields:
                setattr(endpoint, name, wanted[name])
            endpoint.save(update_fields=fields)
            tell(EndpointUpdated(endpoint.belongs_to, principal.id, endpoint.id, tuple(sorted(fields))))
        match changes.get("enabled"):
            case True if not endpoint.is_enabled:
                enable(endpoint, actor_id=principal.id)
            case False if endpoint.is_enabled:
                disable(endpoint, Endpoint.Reason.REQUESTED, actor_id=principal.id, now=now)
        return endpoint_facts_of(endpoint)


def delete(*, principal: Principal, endpoint_id: UUID) -> None:
    """Delete an endpoint with all its deliveries. Raises Forbidden, NotFound."""
    with endpoint_turn(principal, endpoint_id) as endpoint:
        tell(EndpointDeleted(endpoint.belongs_to, principal.id, endpoint.id, endpoint.url))
        Attempt.objects.filter(delivery__endpoint=endpoint).delete()
        Delivery.objects.filter(endpoint=endpoint).delete()
        endpoint.delete()


def _require_callable(url: str) -> None:
    try:
        outgoing.check_url(url)
    except RefusedUrl as refusal:
        raise RefusedUrl(errors=[FieldError("/url", RefusedUrl.code, str(refusal))]) from None


def _require_types(event_types: Iterable[str]) -> list[str]:
    """The types, each once, in the order given."""
    types, known = list(dict.fromkeys(event_types)), selectors.known_types()
    faults = [
        FieldError(f"/event_types/{position}", UnknownEventType.code, _("There is no such type of event."))
        for position, each in enumerate(types)
        if each not in known
    ]
    if faults:
        raise UnknownEventType(errors=faults)
    return types
