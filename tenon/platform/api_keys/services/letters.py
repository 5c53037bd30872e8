"""Letters to those who manage an organization's keys."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from tenon.kernel import mail
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.api_keys.selectors import KeyFacts, live_keys_made_by, managers
from tenon.platform.identity import selectors as identity
from tenon.platform.organizations import selectors as organizations


def tell_created(*, organization_id: UUID, key: KeyFacts) -> None:
    """That there is a new key, and who made it: a stolen session is noticed by its keys. In the caller's scope."""
    maker = identity.user_facts(user_id=key.created_by_id).email
    context = {"name": key.name, "prefix": key.prefix, "scopes": key.scopes, "maker": maker}
    _send("api_key_created", organization_id, context)


def tell_expiring(*, organization_id: UUID, key: KeyFacts) -> None:
    """That a key ends soon. In the caller's scope."""
    when = f"{key.expires_at:%Y-%m-%d %H:%M} UTC"
    _send("api_key_expiring", organization_id, {"name": key.name, "prefix": key.prefix, "expires_at": when})


def tell_of_keys_left_behind(*, organization_id: UUID, user_id: UUID, now: datetime) -> None:
    """That somebody who no longer manages keys, or has left, may know secrets that still work."""
    with organization_scope(organization_id):
        left = live_keys_made_by(user_id, now=now)
        email = identity.user_facts(user_id=user_id).email
        if left and email not in managers():
            _send("api_keys_left_behind", organization_id, {"prefixes": left, "maker": email})


def _send(template: str, organization_id: UUID, context: Mapping[str, object]) -> None:
    organization = organizations.organization_facts(organization_id=organization_id)
    for address in managers():
        mail.send(
            template=template,
            to=address,
            context={"organization": organization.name, **context},
            locale=organization.locale,
        )
