"""Payments, refunds and the books of an order as JSON."""

from typing import Any

from tenon.domains.orders.selectors.payments import BookedFacts, PaymentFacts, RefundFacts
from tenon.kernel.http import amounts


def payment(facts: PaymentFacts, *, for_staff: bool) -> dict[str, Any]:
    """A payment. What a provider or staff say of an attempt, and the provider's name for it, are for staff alone."""
    return {
        "id": facts.id,
        "order_id": facts.order_id,
        "provider": facts.provider,
        "method": facts.method,
        "status": facts.state,
        "currency": facts.currency,
        **amounts.shown("amount", facts.amount, facts.currency),
        **amounts.shown("captured_amount", facts.captured_amount, facts.currency),
        **amounts.shown("refunded_amount", facts.refunded_amount, facts.currency),
        "failure_code": facts.failure_code,
        "reference": facts.reference if for_staff else None,
        "captured_at": facts.captured_at,
        "created_at": facts.created_at,
        "attempts": [
            {
                "number": each.number,
                "status": each.state,
                "failure_code": each.failure_code,
                "message": each.message if for_staff else "",
                "happened_at": each.happened_at,
            }
            for each in facts.attempts
        ],
    }


def refund(facts: RefundFacts, *, for_staff: bool) -> dict[str, Any]:
    """A refund. The reason is for staff alone."""
    return {
        "id": facts.id,
        "order_id": facts.order_id,
        "payment_id": facts.payment_id,
        "status": facts.state,
        "currency": facts.currency,
        **amounts.shown("amount", facts.amount, facts.currency),
        "reason": facts.reason if for_staff else "",
        "failure_code": facts.failure_code,
        "settled_at": facts.settled_at,
        "created_at": facts.created_at,
    }


def books(entries: list[BookedFacts], currency: str) -> dict[str, Any]:
    """What is booked for an order, and what stands on each account. Debits are positive, credits negative."""
    balances: dict[str, int] = {}
    for each in entries:
        balances[each.account] = balances.get(each.account, 0) + each.amount
    return {
        "currency": currency,
        "balances": [
            {"account": account, **amounts.shown("balance", balance, currency)}
            for account, balance in sorted(balances.items())
        ],
        "data": [
            {
                "transaction_id": each.transaction_id,
                "kind": each.kind,
                "account": each.account,
                **amounts.shown("amount", each.amount, currency),
                "booked_at": each.booked_at,
            }
            for each in entries
        ],
    }
