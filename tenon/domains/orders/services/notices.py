"""What providers tell of their own accord: believed when it is signed, taken once, and only ever a reason to look."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from tenon.domains.orders.clients.current import stripe_notice, telling
from tenon.domains.orders.clients.errors import ProviderRefused
from tenon.domains.orders.clients.gateways import Failure, Notice, Subject
from tenon.domains.orders.events import PaymentDisputed
from tenon.domains.orders.models import Payment, ProviderEvent
from tenon.domains.orders.services import refunds, settling
from tenon.domains.orders.services.turns import tell
from tenon.kernel.outbox.publishing import enqueue
from tenon.kernel.tenancy.scopes import organization_scope, system_scope

STRIPE = "stripe"


def take(*, body: bytes, signature: str) -> None:
    """Take a notice of Stripe's: what concerns a payment of ours is looked into soon. Raises InvalidSignature.

    One that was taken before, and what does not concern us, is fine as it is.
    """
    notice = stripe_notice(body, signature)
    if notice.subject is None or not notice.intent_reference:
        return
    told = _as_json(notice)
    organization_id, payment_id = _uuid(notice.organization_id), _uuid(notice.payment_id)
    if organization_id is None or payment_id is None:
        with transaction.atomic():
            enqueue("orders.place_notice", {"told": told})
    else:
        note(organization_id=organization_id, payment_id=payment_id, told=told)


def place(*, told: Mapping[str, Any]) -> None:
    """Find out whose payment a notice is about that does not say so: the provider knows what we told it.

    Raises ProviderUnavailable.
    """
    try:
        intent = telling(STRIPE).look_up(told["intent_reference"])
    except ProviderRefused:
        return
    organization_id, payment_id = _uuid(intent.organization_id), _uuid(intent.payment_id)
    if organization_id is not None and payment_id is not None:
        note(organization_id=organization_id, payment_id=payment_id, told=told)


def note(*, organization_id: UUID, payment_id: UUID, told: Mapping[str, Any]) -> None:
    """Write down that a notice has come, and have it looked into; nothing the second time, or for a payment not ours.

    Two deployments may share an account at the provider, which tells both of everything.
    """
    with organization_scope(organization_id):
        if not Payment.objects.filter(pk=payment_id, provider=STRIPE).exists():
            return
        try:
            with transaction.atomic():
                ProviderEvent.objects.create(
                    provider=STRIPE,
                    event_id=told["id"],
                    kind=told["type"][:100],
                    payment_id=payment_id,
                    happened_at=told["at"],
                )
        except IntegrityError:
            return
        payload = {"organization_id": organization_id, "payment_id": payment_id, "told": told}
        enqueue("orders.look_into_notice", payload, organization_id=organization_id)


def look_into(*, organization_id: UUID, payment_id: UUID, told: Mapping[str, Any], now: datetime) -> None:
    """Do what follows from a notice: ask the provider how things are by now, and take that over.

    Raises NotFound, ProviderUnavailable.
    """
    if told["subject"] == Subject.DISPUTE:
        _note_dispute(organization_id, payment_id, told)
        return
    if told["failure"]:
        failure = Failure(*told["failure"])
        settling.note_failure(organization_id=organization_id, payment_id=payment_id, failure=failure, now=now)
    intent = telling(STRIPE).look_up(told["intent_reference"])
    with settling.payment_turn(organization_id, payment_id) as (order, payment):
        # Notices may overtake the answer in which the provider told us its name for the payment.
        settling.name(order, payment, intent.reference)
    settling.settle(organization_id=organization_id, payment_id=payment_id, intent=intent, now=now)
    if told["subject"] == Subject.REFUND:
        refunds.compare(organization_id=organization_id, payment_id=payment_id, now=now)


def purge(*, before: datetime) -> int:
    """Forget that notices came before `before`: providers repeat them for days, not for weeks. Returns how many."""
    with system_scope(reason="notices about payments of every organization are remembered equally long"):
        return ProviderEvent.objects.filter(created_at__lt=before).delete()[0]


def _note_dispute(organization_id: UUID, payment_id: UUID, told: Mapping[str, Any]) -> None:
    content = told["content"]
    with settling.payment_turn(organization_id, payment_id) as (order, payment):
        tell(
            PaymentDisputed(
                organization_id=order.belongs_to,
                actor_id=None,
                order_id=order.id,
                number=order.number,
                user_id=order.user_id,
                payment_id=payment.id,
                provider=payment.provider,
                amount=payment.amount,
                currency=payment.currency,
                status=str(content.get("status", "")),
                reason=str(content.get("reason", "")),
            )
        )


def _as_json(notice: Notice) -> dict[str, Any]:
    failure = notice.failure
    return {
        "id": notice.id,
        "type": notice.type,
        "at": notice.at,
        "subject": notice.subject,
        "intent_reference": notice.intent_reference,
        "content": notice.content,
        "failure": [failure.reference, failure.code, failure.message] if failure else None,
    }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
