"""A refund from a form: in steps, since a provider is called, and once for each form that was shown."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from tenon.domains.orders.models import Order
from tenon.domains.orders.services import refunds
from tenon.kernel import clock
from tenon.kernel.idempotency import keys, phased
from tenon.kernel.idempotency.answers import Answer
from tenon.kernel.idempotency.operations import Operation
from tenon.kernel.principal import Principal

# Longer than a provider's call takes with its repetition.
_LEASE = timedelta(seconds=90)


def refund(principal: Principal, order: Order, values: dict[str, Any]) -> None:
    """Give back what a form says. Raises what `refunds.refund` raises, and InProgress."""

    def produce(operation: Operation) -> Answer:
        refunds.refund(
            operation=operation,
            principal=principal,
            order_id=order.pk,
            amount=values["amount"],
            reason=values["reason"],
            payment_id=UUID(values["payment"]) if values["payment"] else None,
            now=clock.now(),
        )
        return Answer(204, (), b"")

    said = f"{order.pk} {values['amount']} {values['payment']} {values['reason']}"
    asked = keys.asked(
        key=str(values["key"]), principal=principal, caller="", method="POST", route="portal", content=said.encode()
    )
    phased.run(asked, produce, lease=_LEASE, now=clock.now())
