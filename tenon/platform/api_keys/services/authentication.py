"""Who shows a key, found with one query; that it was used is written at most once a minute."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from django.db.models import Q

from tenon.kernel import crypto, permissions
from tenon.platform.api_keys.engines import secrets
from tenon.platform.api_keys.errors import InvalidApiKey
from tenon.platform.api_keys.models import Credential

_USE_IS_NOTED_EVERY = timedelta(minutes=1)
_NOBODY = "0" * 64


@dataclass(frozen=True, slots=True)
class Caller:
    """A key that asks. Serves as `request.user`."""

    is_authenticated: ClassVar[bool] = True

    id: UUID
    organization_id: UUID
    scopes: frozenset[str]

    @property
    def pk(self) -> UUID:
        """The id, under the name by which Django's and DRF's own parts ask for it."""
        return self.id


def authenticate(*, text: str, ip: str, now: datetime) -> Caller:
    """The key whose secret `text` is, as it is now: rotating, revoking and closing act on the next request.

    A scope that no app declares any more is none. Raises InvalidApiKey, without a query where the form or the checksum
    is wrong.
    """
    secret = secrets.read(text)
    if secret is None:
        raise InvalidApiKey
    live = Credential.objects.live(now).filter(organization__closed_at=None)
    found = live.filter(public_id=secret.key_id).defer("expires_at", "expiry_told_at", "rotated_at").first()
    digest = crypto.digest(text)
    is_newer = crypto.same(digest, found.digest if found else _NOBODY)
    is_older = crypto.same(digest, (found and found.previous_digest) or _NOBODY)
    overlaps = found is not None and found.previous_expires_at is not None and found.previous_expires_at > now
    if found is None or not (is_newer or (is_older and overlaps)):
        raise InvalidApiKey
    _note_use(found, ip=ip, now=now)
    return Caller(found.key_id, found.organization_id, frozenset(found.scopes) & permissions.scopes())


def _note_use(credential: Credential, *, ip: str, now: datetime) -> None:
    before = now - _USE_IS_NOTED_EVERY
    if credential.last_used_at is None or credential.last_used_at <= before:
        due = Q(last_used_at=None) | Q(last_used_at__lte=before)
        Credential.objects.filter(due, pk=credential.pk).update(last_used_at=now, last_used_ip=ip)
