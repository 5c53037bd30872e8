"""What happened to API keys: ids and values only, never a secret."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from tenon.kernel.outbox.events import Event

_SCOPES = ["orders:read"]
_TIME = "2026-12-01T08:00:00.000Z"


@dataclass(frozen=True)
class ApiKeyEvent(Event):
    """Something that happened to an API key."""

    audit_target: ClassVar[str] = "key_id"

    organization_id: Annotated[UUID, "The organization."]
    actor_id: Annotated[UUID | None, "The person who did it; null where the system did."]
    key_id: Annotated[UUID, "The key."]


@dataclass(frozen=True)
class ApiKeyCreated(ApiKeyEvent):
    """A program can act for the organization, within these scopes."""

    name: ClassVar[str] = "api_keys.created"
    audited: ClassVar[str] = "api_keys:key:created"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {"scopes": _SCOPES, "expires_at": _TIME}

    scopes: Annotated[tuple[str, ...], "What it may do."]
    expires_at: Annotated[datetime | None, "Until when it works; null: until it is revoked."]


@dataclass(frozen=True)
class ApiKeyUpdated(ApiKeyEvent):
    """The key has another name, another end or fewer scopes."""

    name: ClassVar[str] = "api_keys.updated"
    audited: ClassVar[str] = "api_keys:key:updated"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {"fields": ["expires_at"]}

    fields: Annotated[tuple[str, ...], "The names of the fields."]


@dataclass(frozen=True)
class ApiKeyRotated(ApiKeyEvent):
    """The key has a new secret; the one before works on for a while."""

    name: ClassVar[str] = "api_keys.rotated"
    audited: ClassVar[str] = "api_keys:key:rotated"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {"previous_expires_at": _TIME}

    previous_expires_at: Annotated[datetime, "Until when the secret before works."]


@dataclass(frozen=True)
class ApiKeyRevoked(ApiKeyEvent):
    """The key works no longer."""

    name: ClassVar[str] = "api_keys.revoked"
    audited: ClassVar[str] = "api_keys:key:revoked"
    public: ClassVar[bool] = True


@dataclass(frozen=True)
class ApiKeyExpiring(ApiKeyEvent):
    """The key stops working within a week."""

    name: ClassVar[str] = "api_keys.expiring"
    unaudited: ClassVar[str] = "Nobody did anything: a time comes nearer."
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {"expires_at": _TIME}

    expires_at: Annotated[datetime, "When it stops working."]
