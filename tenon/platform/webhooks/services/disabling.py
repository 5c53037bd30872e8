"""Endpoints that nothing is sent to any more, by request or because nobody is there."""

from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.utils.translation import gettext as _

from tenon.kernel import mail, metrics
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.organizations import selectors as organizations
from tenon.platform.webhooks.events import EndpointDisabled, EndpointEnabled
from tenon.platform.webhooks.models import Delivery, Endpoint, Lane
from tenon.platform.webhooks.services.turns import locked, tell

Reason = Endpoint.Reason
_WORTH_MAIL = (Reason.GONE, Reason.FAILING)


def disable(endpoint: Endpoint, reason: Reason, *, actor_id: UUID | None, now: datetime) -> None:
    """Send nothing to it, in the caller's turn. What was on its way is skipped; admins get mail of what nobody did."""
    endpoint.state, endpoint.disabled_reason, endpoint.disabled_at = Endpoint.State.DISABLED, reason, now
    endpoint.save(update_fields=["state", "disabled_reason", "disabled_at"])
    Delivery.objects.filter(endpoint=endpoint, next_attempt_at__isnull=False).update(
        state=Delivery.State.SKIPPED, next_attempt_at=None, settled_at=now
    )
    Lane.objects.filter(endpoint=endpoint).update(due_at=None, rests_until=None, misses=0)
    metrics.webhooks_disabled.labels(reason).inc()
    host = urlsplit(endpoint.url).hostname or ""
    tell(EndpointDisabled(endpoint.belongs_to, actor_id, endpoint.id, reason, host))
    if reason in _WORTH_MAIL:
        _mail(endpoint, reason)


def disable_all(*, organization_id: UUID, actor_id: UUID | None, now: datetime) -> None:
    """Send nothing to any endpoint of an organization that is closed, in the transaction that closes it."""
    with organization_scope(organization_id):
        # The lanes first, and in one order, as with whoever writes deliveries.
        list(locked(Lane.objects.order_by("id")))
        for endpoint in locked(Endpoint.objects.filter(state=Endpoint.State.ENABLED).order_by("id")):
            disable(endpoint, Reason.CLOSED, actor_id=actor_id, now=now)


def enable(endpoint: Endpoint, *, actor_id: UUID | None) -> None:
    """Send to it again, in the caller's turn: what happens from now on. What it missed is for a recovery."""
    endpoint.state, endpoint.disabled_reason = Endpoint.State.ENABLED, ""
    endpoint.disabled_at = endpoint.failing_since = None
    endpoint.save(update_fields=["state", "disabled_reason", "disabled_at", "failing_since"])
    tell(EndpointEnabled(endpoint.belongs_to, actor_id, endpoint.id))


def _mail(endpoint: Endpoint, reason: Reason) -> None:
    organization = organizations.organization_facts(organization_id=endpoint.belongs_to)
    why = {
        Reason.GONE: _("it answered 410 Gone"),
        Reason.FAILING: _("no delivery has succeeded for 5 days"),
    }[reason]
    for address in organizations.addresses_of_admins():
        mail.send(
            template="webhook_disabled",
            to=address,
            context={"organization": organization.name, "url": endpoint.url, "why": why},
            locale=organization.locale,
        )
