"""The round: payments and refunds of which nobody has brought word for a while are asked after."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db.models import F

from tenon.domains.orders.clients.current import gateway
from tenon.domains.orders.clients.errors import ProviderRefused, ProviderUnavailable
from tenon.domains.orders.clients.gateways import TellingGateway
from tenon.domains.orders.engines.states import OrderState
from tenon.domains.orders.models import Payment, Refund
from tenon.domains.orders.services import calling_off, payments, refunds
from tenon.domains.orders.services.settling import OPEN
from tenon.kernel.errors import NotFound
from tenon.kernel.outbox.errors import TemporaryFailure
from tenon.kernel.tenancy.scopes import organization_scope, system_scope

logger = structlog.get_logger("tenon.orders")

QUIET = timedelta(minutes=10)
"""How long a payment may wait for word before it is asked after: a shopper is usually done by then."""
AT_ONCE = 200  # in each of the three lists: a provider takes about a hundred calls a second
_REASON = "payments of every organization may have been left hanging"


def reconcile(*, now: datetime) -> int:
    """Ask after open payments, payments of cancelled orders, and pending refunds. Returns how many were asked after.

    Those that waited longest come first, and then wait again. One that fails keeps no other waiting.
    """
    before = now - QUIET
    done = 0
    for organization_id, order_id in _of_cancelled(before):
        done += _quietly(calling_off.call_off, organization_id=organization_id, order_id=order_id, now=now)
    for organization_id, payment_id in _open(before):
        _touch(Payment, organization_id, payment_id)
        done += _quietly(payments.ask_after, organization_id=organization_id, payment_id=payment_id, now=now)
    for organization_id, refund_id in _pending(before):
        _touch(Refund, organization_id, refund_id)
        done += _quietly(_ask_after_refund, organization_id=organization_id, refund_id=refund_id, now=now)
    return done


def _open(before: datetime) -> list[tuple[UUID, UUID]]:
    with system_scope(reason=_REASON, read_only=True):
        rows = Payment.objects.filter(state__in=OPEN, updated_at__lt=before, reference__isnull=False)
        rows = rows.exclude(provider="manual").exclude(order__state=OrderState.CANCELLED)
        return list(rows.order_by("updated_at").values_list("organization_id", "id")[:AT_ONCE])


def _of_cancelled(before: datetime) -> list[tuple[UUID, UUID]]:
    with system_scope(reason=_REASON, read_only=True):
        rows = Payment.objects.filter(state__in=OPEN, updated_at__lt=before, order__state=OrderState.CANCELLED)
        return list(rows.order_by("updated_at").values_list("organization_id", "order_id")[:AT_ONCE])


def _pending(before: datetime) -> list[tuple[UUID, UUID]]:
    with system_scope(reason=_REASON, read_only=True):
        rows = Refund.objects.filter(state=Refund.State.PENDING, updated_at__lt=before)
        return list(rows.order_by("updated_at").values_list("organization_id", "id")[:AT_ONCE])


def _ask_after_refund(*, organization_id: UUID, refund_id: UUID, now: datetime) -> None:
    with organization_scope(organization_id, read_only=True):
        row = Refund.objects.filter(pk=refund_id).values("reference", "payment__provider").first()
    if row is None:
        return
    known = row["reference"] and isinstance(gateway(row["payment__provider"]), TellingGateway)
    ask = refunds.ask_after if known else refunds.carry_out
    ask(organization_id=organization_id, refund_id=refund_id, now=now)


def _touch(model: Any, organization_id: UUID, row_id: UUID) -> None:
    """Put it at the end of the line."""
    with organization_scope(organization_id):
        model.objects.filter(pk=row_id).update(created_at=F("created_at"))


def _quietly(work: Callable[..., object], **arguments: Any) -> int:
    try:
        work(**arguments)
    except (ProviderUnavailable, ProviderRefused, TemporaryFailure, NotFound, LookupError) as failure:
        logger.warning("payment_not_reconciled", error=type(failure).__name__)
        return 0
    return 1
