"""What happened to webhook endpoints: ids and values only, and never a secret."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar
from uuid import UUID

from tenon.kernel.outbox.events import Event

_ENDPOINT = "0199f6f0-4c1e-7a52-9d3c-000000000031"


@dataclass(frozen=True)
class EndpointEvent(Event):
    """Something that happened to a webhook endpoint."""

    organization_id: Annotated[UUID, "The organization."]
    actor_id: Annotated[UUID | None, "The person or key that did it; null where the system did."]
    endpoint_id: Annotated[UUID, "The endpoint."]


@dataclass(frozen=True)
class EndpointCreated(EndpointEvent):
    """Events are sent to a further address."""

    name: ClassVar[str] = "webhooks.endpoint_created"
    audited: ClassVar[str] = "webhooks:endpoint:created"

    url: str
    event_types: tuple[str, ...]


@dataclass(frozen=True)
class EndpointUpdated(EndpointEvent):
    """Fields of an endpoint have other values now; `fields` names them."""

    name: ClassVar[str] = "webhooks.endpoint_updated"
    audited: ClassVar[str] = "webhooks:endpoint:updated"

    fields: tuple[str, ...]


@dataclass(frozen=True)
class EndpointDeleted(EndpointEvent):
    """Nothing is sent to the address any more."""

    name: ClassVar[str] = "webhooks.endpoint_deleted"
    audited: ClassVar[str] = "webhooks:endpoint:deleted"

    url: str


@dataclass(frozen=True)
class EndpointDisabled(EndpointEvent):
    """Nothing is sent to a webhook endpoint until somebody enables it again.

    Events that happen meanwhile are kept as deliveries of the state `skipped`, which a recovery sends.
    """

    name: ClassVar[str] = "webhooks.endpoint_disabled"
    audited: ClassVar[str] = "webhooks:endpoint:disabled"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {"endpoint_id": _ENDPOINT, "reason": "failing", "host": "hooks.example.com"}

    reason: Annotated[
        str, "Why: requested, gone (it answered 410), failing (for 5 days), or closed (the organization)."
    ]
    # Not the whole address: its path is often a secret. Empty in events from before it was told.
    host: Annotated[str, "The host that nothing is sent to."] = ""


@dataclass(frozen=True)
class EndpointEnabled(EndpointEvent):
    """Events are sent to a webhook endpoint again."""

    name: ClassVar[str] = "webhooks.endpoint_enabled"
    audited: ClassVar[str] = "webhooks:endpoint:enabled"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {"endpoint_id": _ENDPOINT}


@dataclass(frozen=True)
class SecretRotated(EndpointEvent):
    """Messages to an endpoint are signed with another secret."""

    name: ClassVar[str] = "webhooks.secret_rotated"
    audited: ClassVar[str] = "webhooks:endpoint:secret_rotated"


@dataclass(frozen=True)
class SecretShown(EndpointEvent):
    """Somebody has read the secret of an endpoint."""

    name: ClassVar[str] = "webhooks.secret_shown"
    audited: ClassVar[str] = "webhooks:endpoint:secret_shown"


@dataclass(frozen=True)
class RecoveryBegun(EndpointEvent):
    """What an endpoint has missed since a moment is sent to it again."""

    name: ClassVar[str] = "webhooks.recovery_begun"
    audited: ClassVar[str] = "webhooks:endpoint:recovery_begun"

    since: str


@dataclass(frozen=True)
class EndpointTested(Event):
    """Somebody tries a webhook endpoint.

    Sent to that endpoint alone, whatever it subscribes to. Answer it like any other.
    """

    name: ClassVar[str] = "webhooks.test"
    unaudited: ClassVar[str] = "a message that says nothing, to an address that the organization named"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {"endpoint_id": _ENDPOINT}

    organization_id: Annotated[UUID, "The organization."]
    endpoint_id: Annotated[UUID, "The endpoint that is tried."]
