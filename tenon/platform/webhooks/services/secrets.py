"""The secrets that messages are signed with: sealed at rest, shown to who may, two of them while one is replaced."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from tenon.kernel import crypto
from tenon.kernel.errors import FieldError
from tenon.kernel.principal import Principal
from tenon.kernel.tenancy.scopes import system_scope
from tenon.platform.webhooks.engines import signatures
from tenon.platform.webhooks.errors import MalformedSecret, SecretUnreadable
from tenon.platform.webhooks.events import SecretRotated, SecretShown
from tenon.platform.webhooks.models import Endpoint
from tenon.platform.webhooks.services.turns import endpoint_turn, tell

_PURPOSE = "webhooks.secret"
_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class Secrets:
    """The present secret, and the former one as long as it signs, too."""

    secret: str
    former_secret: str | None
    former_secret_until: datetime | None


def show_secrets(*, principal: Principal, endpoint_id: UUID, now: datetime) -> Secrets:
    """What an endpoint's messages are signed with; that somebody looked is told.

    Raises Forbidden, NotFound, SecretUnreadable.
    """
    with endpoint_turn(principal, endpoint_id) as endpoint:
        tell(SecretShown(endpoint.belongs_to, principal.id, endpoint.id))
        try:
            return secrets_of(endpoint, now=now)
        except crypto.Unsealable:
            raise SecretUnreadable from None


def rotate_secret(
    *, principal: Principal, endpoint_id: UUID, overlap: timedelta, now: datetime, secret: str = ""
) -> Secrets:
    """Sign with another secret, a fresh one unless given; the one before signs as well for `overlap`.

    The one before that no longer does, nor one that cannot be read any more. Raises Forbidden, NotFound,
    MalformedSecret.
    """
    key = given_or_new(secret)
    with endpoint_turn(principal, endpoint_id) as endpoint:
        stays = bool(overlap) and is_readable(endpoint)
        endpoint.former_secret = endpoint.secret if stays else ""
        endpoint.former_secret_until = now + overlap if stays else None
        endpoint.secret = sealed(key, endpoint.id)
        endpoint.save(update_fields=["secret", "former_secret", "former_secret_until"])
        tell(SecretRotated(endpoint.belongs_to, principal.id, endpoint.id))
        return secrets_of(endpoint, now=now)


def given_or_new(secret: str) -> str:
    """Raises MalformedSecret."""
    if secret and not signatures.is_secret(secret):
        raise MalformedSecret(
            errors=[FieldError("/secret", MalformedSecret.code, _("This is no secret of that form."))]
        )
    return secret or signatures.new_secret()


def sealed(key: str, endpoint_id: UUID) -> str:
    """How a secret rests in its endpoint's row, and in no other."""
    return crypto.seal(_PURPOSE, key.encode(), bound_to=str(endpoint_id))


def secrets_of(endpoint: Endpoint, *, now: datetime) -> Secrets:
    """The secrets in force at `now`; a former one that can no longer be read is none. Raises crypto.Unsealable."""
    present, until = _unsealed(endpoint.secret, endpoint.id), endpoint.former_secret_until
    if until is None or until <= now:
        return Secrets(present, None, None)
    try:
        return Secrets(present, _unsealed(endpoint.former_secret, endpoint.id), until)
    except crypto.Unsealable:
        return Secrets(present, None, None)


def is_readable(endpoint: Endpoint) -> bool:
    """Whether the present secret outlived the key that it was sealed with, which follows from SECRET_KEY."""
    try:
        _unsealed(endpoint.secret, endpoint.id)
    except crypto.Unsealable:
        return False
    return True


def count_unreadable() -> int:
    """How many of the newest endpoints have a secret that can no longer be read."""
    with system_scope(
        reason="whether a change of SECRET_KEY has left secrets behind, for the operators", read_only=True
    ):
        newest = Endpoint.objects.order_by("-id").only("id", "secret")[:_LOOKED_AT]
        return sum(not is_readable(endpoint) for endpoint in newest)


def _unsealed(text: str, endpoint_id: UUID) -> str:
    return crypto.unseal(_PURPOSE, text, bound_to=str(endpoint_id)).decode()
