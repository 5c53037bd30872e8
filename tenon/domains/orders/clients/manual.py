"""Payments that people note: a bank transfer that has arrived, cash at the door. Nobody is called."""

from typing import ClassVar
from uuid import UUID

from tenon.domains.orders.clients.gateways import Intent, IntentState, ProviderRefund, RefundState
from tenon.kernel.money import Money


class ManualGateway:
    """The provider that is nobody: what it is told, it believes."""

    name: ClassVar[str] = "manual"

    def open(
        self, *, payment_id: UUID, order_id: UUID, organization_id: UUID, amount: Money, description: str, key: str
    ) -> Intent:
        return Intent(
            str(payment_id), IntentState.OPEN, amount, Money(0, amount.currency), str(payment_id), str(organization_id)
        )

    def refund(
        self,
        *,
        refund_id: UUID,
        payment_id: UUID,
        organization_id: UUID,
        intent_reference: str,
        amount: Money,
        key: str,
    ) -> ProviderRefund:
        """Whoever enters it has given the money back, or is about to."""
        return ProviderRefund(str(refund_id), intent_reference, RefundState.SUCCEEDED, amount, str(refund_id))
