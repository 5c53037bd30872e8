"""Jobs of orders, which the relay runs."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from tenon.domains.orders.clients.errors import ProviderUnavailable
from tenon.domains.orders.services import calling_off, cart_purging, expiry, notices, reconciling, refunds
from tenon.kernel import clock
from tenon.kernel.outbox.errors import TemporaryFailure
from tenon.kernel.outbox.registry import job, schedule
from tenon.kernel.retention.declaring import purge

# Longer than a few calls of a provider, each with its repetition.
_LEASE = timedelta(minutes=5)
_SILENT = "The payment provider does not answer."


@job("orders.cancel_unpaid", lease=timedelta(minutes=10))
def expire() -> None:
    """Cancel the orders that nobody has paid in time."""
    expiry.expire(now=clock.now())


@purge("orders.purge_carts", every=timedelta(hours=1))
def purge_carts() -> int:
    """Delete the carts of guests who have not come back."""
    return cart_purging.purge(now=clock.now())


schedule("orders.cancel_unpaid", every=timedelta(minutes=1))


@job("orders.place_notice", lease=_LEASE)
def place_notice(*, told: dict[str, Any]) -> None:
    """Find out whose payment a notice is about."""
    try:
        notices.place(told=told)
    except ProviderUnavailable as error:
        raise TemporaryFailure(_SILENT) from error


@job("orders.look_into_notice", lease=_LEASE)
def look_into_notice(*, organization_id: UUID, payment_id: UUID, told: dict[str, Any]) -> None:
    """Ask the provider about the payment that a notice is about."""
    try:
        notices.look_into(organization_id=organization_id, payment_id=payment_id, told=told, now=clock.now())
    except ProviderUnavailable as error:
        raise TemporaryFailure(_SILENT) from error


@job("orders.carry_out_refund", lease=_LEASE)
def carry_out_refund(*, organization_id: UUID, refund_id: UUID) -> None:
    """Make a refund that the deployment itself has decided on."""
    try:
        refunds.carry_out(organization_id=organization_id, refund_id=refund_id, now=clock.now())
    except ProviderUnavailable as error:
        raise TemporaryFailure(_SILENT) from error


@job("orders.call_off_payments", lease=_LEASE)
def call_off_payments(*, organization_id: UUID, order_id: UUID) -> None:
    """Call off the payments of an order that is over."""
    try:
        calling_off.call_off(organization_id=organization_id, order_id=order_id, now=clock.now())
    except ProviderUnavailable as error:
        raise TemporaryFailure(_SILENT) from error


@job("orders.reconcile_payments", lease=timedelta(minutes=30))
def reconcile_payments() -> None:
    """Ask after payments and refunds of which nobody has brought word."""
    reconciling.reconcile(now=clock.now())


schedule("orders.reconcile_payments", every=timedelta(minutes=5))


@purge("orders.purge_notices", every=timedelta(hours=6))
def purge_notices() -> int:
    """Forget which notices have come, after 30 days."""
    return notices.purge(before=clock.now() - timedelta(days=30))
