"""Who can get in: keys that sign tokens, somebody who may do everything, and the organization to act in."""

from collections.abc import Iterable

from django.conf import settings

from tenon.delivery.doctor.findings import Finding, broken, fine, note, warning
from tenon.kernel import clock
from tenon.platform.identity import selectors as identity
from tenon.platform.organizations import selectors as organizations
from tenon.platform.webhooks import services as webhooks


def keys() -> Iterable[Finding]:
    """Which key signs access tokens."""
    source = "JWT_SECRET" if settings.JWT_SECRET else "SECRET_KEY"
    yield fine("Keys", f"generation {settings.JWT_KEY_GENERATION} signs access tokens, derived from {source}")


def sealed() -> Iterable[Finding]:
    """Whether what is sealed can still be read."""
    unreadable = webhooks.count_unreadable()
    if unreadable:
        advice = "Put the former SECRET_KEY into SECRET_KEY_FALLBACKS, or have the organizations rotate them."
        yield broken("Keys", f"{unreadable} webhook secrets were sealed under another SECRET_KEY", advice)
    if former := len(settings.SECRET_KEY_FALLBACKS):
        yield note("Keys", f"{former} former SECRET_KEY still open what they have sealed")


def superuser() -> Iterable[Finding]:
    """Whether anybody may do everything."""
    census = identity.census(now=clock.now())
    if census.superusers:
        yield fine("People", f"users {census.users}, staff {census.staff}, superusers {census.superusers}")
    else:
        yield warning("People", f"users {census.users}, and no superuser", "Run `manage.py createsuperuser`.")


def default_organization() -> Iterable[Finding]:
    """Whether the organization that the deployment acts in is there."""
    census = organizations.census(now=clock.now())
    slug = settings.DEFAULT_ORGANIZATION
    said = f"open {census.organizations}, members {census.members}"
    if census.has_default:
        yield fine("Organizations", f"{said}; {slug!r} is the default one")
    else:
        advice = f"`manage.py createsuperuser` makes {slug!r} (DEFAULT_ORGANIZATION) with the first superuser."
        yield note("Organizations", f"{said}; the default one, {slug!r}, is not there yet", advice)
