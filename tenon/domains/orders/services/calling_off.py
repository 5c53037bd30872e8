"""Payments of orders that are over: what is open is called off at its provider, what was taken is given back."""

from datetime import datetime
from uuid import UUID

from tenon.domains.orders.clients.current import gateway
from tenon.domains.orders.clients.gateways import TellingGateway
from tenon.domains.orders.engines.states import OrderState
from tenon.domains.orders.models import Payment
from tenon.domains.orders.services import refunds
from tenon.domains.orders.services.settling import OPEN, payment_turn, settle
from tenon.domains.orders.services.turns import order_turn


def call_off(*, organization_id: UUID, order_id: UUID, now: datetime) -> None:
    """Call off the open payments of an order that is cancelled or paid, and give back what a cancelled one has paid.

    One that was paid meanwhile is settled as such. Raises NotFound, ProviderUnavailable.
    """
    with order_turn(organization_id, order_id) as order:
        cancelled = order.state == OrderState.CANCELLED
        if not cancelled and order.captured_amount < order.total_amount:
            return
        payments = list(Payment.objects.filter(order=order).order_by("created_at", "id"))
        for payment in payments:
            if cancelled:
                refunds.give_back(order, payment, payment.captured_amount, reason="cancelled", now=now)
    for payment in payments:
        # One that was called off before the provider's name for it was known may still be open there.
        if payment.state in OPEN or (payment.state == Payment.State.CANCELLED and payment.reference):
            _call_off(organization_id, payment, now=now)


def _call_off(organization_id: UUID, payment: Payment, *, now: datetime) -> None:
    provider = gateway(payment.provider)
    if isinstance(provider, TellingGateway) and payment.reference:
        intent = provider.cancel(payment.reference, key=f"cancel-{payment.id}")
        settle(organization_id=organization_id, payment_id=payment.id, intent=intent, now=now)
        return
    with payment_turn(organization_id, payment.id) as (_order, present):
        if present.state in OPEN and present.reference == payment.reference:
            present.state = Payment.State.CANCELLED
            present.save(update_fields=["state"])
