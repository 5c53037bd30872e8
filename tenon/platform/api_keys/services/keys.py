"""Making, changing, rotating and revoking keys."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.utils.translation import gettext as _

from tenon.kernel import crypto, permissions
from tenon.kernel.errors import FieldError, NotFound
from tenon.kernel.outbox.publishing import publish
from tenon.kernel.principal import Principal
from tenon.platform.api_keys import policies
from tenon.platform.api_keys.engines import secrets
from tenon.platform.api_keys.errors import ApiKeyEnded, PastExpiry, TooManyApiKeys, UnknownScopes, WiderScopes
from tenon.platform.api_keys.events import ApiKeyCreated, ApiKeyEvent, ApiKeyRevoked, ApiKeyRotated, ApiKeyUpdated
from tenon.platform.api_keys.models import ApiKey, Credential
from tenon.platform.api_keys.models.credentials import is_live
from tenon.platform.api_keys.selectors import KeyFacts, key_facts
from tenon.platform.api_keys.services import letters
from tenon.platform.identity.engines import names
from tenon.platform.organizations.services.turns import turn

MOST = 100  # live keys of one organization
OVERLAP = timedelta(hours=24)
LONGEST_OVERLAP = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Issued:
    """A key with its secret, which is nowhere else."""

    key: KeyFacts
    secret: str


def create(
    *, principal: Principal, name: str, scopes: Iterable[str], expires_at: datetime | None = None, now: datetime
) -> Issued:
    """Make a key with scopes that the person has as permissions, and tell those who manage keys.

    The key stays the organization's when the person leaves.
    Raises Forbidden, BeyondOwnRights, InvalidName, UnknownScopes, PastExpiry, TooManyApiKeys.
    """
    words = _known(scopes)
    names.require_one_line(name=name)
    _require_future(expires_at, now=now)
    with turn(principal) as (organization, principal):
        policies.require_manage(principal)
        policies.require_hands_out(principal, frozenset(words))
        if ApiKey.objects.filter(is_live(now, of="credential__")).count() >= MOST:
            raise TooManyApiKeys
        secret = _unused_secret()
        key = ApiKey.objects.create(name=name, created_by_id=cast(UUID, principal.id))
        Credential.objects.create(
            key=key,
            organization_id=organization.id,
            public_id=secret.key_id,
            digest=crypto.digest(secret.text),
            scopes=words,
            expires_at=expires_at,
        )
        _tell(ApiKeyCreated(organization.id, principal.id, key.id, tuple(words), expires_at))
        facts = key_facts(key_id=key.id, now=now)
        letters.tell_created(organization_id=organization.id, key=facts)
        return Issued(facts, secret.text)


def update(
    *,
    principal: Principal,
    key_id: UUID,
    changes: Mapping[str, Any],
    precondition: Callable[[KeyFacts], None] = lambda facts: None,
    now: datetime,
) -> KeyFacts:
    """Give a key another name, another end or fewer scopes.

    `precondition` sees the key in its turn and raises when it is not what the caller has read.
    Raises Forbidden, NotFound, ApiKeyEnded, InvalidName, UnknownScopes, WiderScopes, PastExpiry.
    """
    names.require_one_line(name=changes.get("name", "-"))
    with turn(principal) as (organization, principal):
        policies.require_manage(principal)
        key = _find(key_id)
        precondition(key_facts(key_id=key_id, now=now))
        _require_live(key.credential, now=now)
        wanted = {**changes, "scopes": _known(changes.get("scopes", key.credential.scopes))}
        if not set(wanted["scopes"]).issubset(key.credential.scopes):
            raise WiderScopes(errors=[FieldError("/scopes", WiderScopes.code, WiderScopes.message)])
        owners = {name: key if name == "name" else key.credential for name in wanted}
        fields = [name for name, value in wanted.items() if getattr(owners[name], name) != value]
        for name in fields:
            setattr(owners[name], name, wanted[name])
        if "expires_at" in fields:
            _require_future(wanted["expires_at"], now=now)
            key.credential.expiry_told_at = None
        if fields:
            key.credential.save(update_fields=["scopes", "expires_at", "expiry_told_at"])
            key.save(update_fields=["name"])
            _tell(ApiKeyUpdated(organization.id, principal.id, key.id, tuple(sorted(fields))))
        return key_facts(key_id=key_id, now=now)


def rotate(*, principal: Principal, key_id: UUID, overlap: timedelta = OVERLAP, now: datetime) -> Issued:
    """Give a key a new secret. The one before works on for `overlap`, and the one before that no longer.

    Raises Forbidden, NotFound, ApiKeyEnded, and BeyondOwnRights when the key may do more than the person, who would
    receive its secret.
    """
    with turn(principal) as (organization, principal):
        policies.require_manage(principal)
        key = _find(key_id)
        credential = key.credential
        _require_live(credential, now=now)
        policies.require_hands_out(principal, frozenset(credential.scopes))
        secret = secrets.make(credential.public_id)
        credential.previous_digest, credential.digest = credential.digest, crypto.digest(secret.text)
        credential.previous_expires_at, credential.rotated_at = now + overlap, now
        credential.save(update_fields=["digest", "previous_digest", "previous_expires_at", "rotated_at"])
        key.save(update_fields=["name"])  # its version
        _tell(ApiKeyRotated(organization.id, principal.id, key.id, credential.previous_expires_at))
        return Issued(key_facts(key_id=key_id, now=now), secret.text)


def revoke(*, principal: Principal, key_id: UUID, now: datetime) -> None:
    """End a key with all its secrets. Nothing happens to one that was revoked already. Raises Forbidden, NotFound."""
    with turn(principal) as (organization, principal):
        policies.require_manage(principal)
        key = _find(key_id)
        if key.credential.revoked_at is None:
            key.credential.revoked_at = now
            key.credential.save(update_fields=["revoked_at"])
            key.save(update_fields=["name"])
            _tell(ApiKeyRevoked(organization.id, principal.id, key.id))


def _find(key_id: UUID) -> ApiKey:
    key = ApiKey.objects.select_related("credential").filter(pk=key_id).first()
    if key is None:
        raise NotFound
    return key


def _unused_secret() -> secrets.Secret:
    """Of 2e14 ids one is taken rarely, and never twice in a row."""
    secret = secrets.make()
    while Credential.objects.filter(public_id=secret.key_id).exists():
        secret = secrets.make()
    return secret


def _known(words: Iterable[str]) -> list[str]:
    """`words` in order. Raises UnknownScopes."""
    wanted = sorted(set(words))
    if unknown := [word for word in wanted if word not in permissions.scopes()]:
        detail = _("There is no scope %(words)s.") % {"words": ", ".join(unknown)}
        raise UnknownScopes(errors=[FieldError("/scopes", UnknownScopes.code, detail)])
    return wanted


def _require_future(expires_at: datetime | None, *, now: datetime) -> None:
    if expires_at is not None and expires_at <= now:
        raise PastExpiry(errors=[FieldError("/expires_at", PastExpiry.code, PastExpiry.message)])


def _require_live(credential: Credential, *, now: datetime) -> None:
    if not credential.is_live(now):
        raise ApiKeyEnded


def _tell(event: ApiKeyEvent) -> None:
    publish(event, aggregate=f"api_key:{event.key_id}", organization_id=event.organization_id)
