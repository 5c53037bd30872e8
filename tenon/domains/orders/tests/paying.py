"""What tests of payments share: a shop at the stand-in, steps without a request, and the relay's part."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from tenon.domains.orders.models import LedgerEntry, Order
from tenon.domains.orders.policies import Shopper
from tenon.domains.orders.selectors.ledger import faults
from tenon.domains.orders.services import payments, refunds
from tenon.domains.orders.services.payments import Started
from tenon.domains.orders.tests.factories import NOW, make_order, make_organization, make_user
from tenon.kernel.idempotency import phased
from tenon.kernel.idempotency.answers import Answer
from tenon.kernel.idempotency.keys import Asked
from tenon.kernel.idempotency.models import Record
from tenon.kernel.idempotency.operations import Operation
from tenon.kernel.ids import new_id
from tenon.kernel.money import Money
from tenon.kernel.outbox.models import Entry
from tenon.kernel.principal import Principal, PrincipalKind
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.testing.stripe_server import StripeServer

__all__ = ["NOW", "Shop", "in_steps", "told"]


def in_steps(work: Callable[[Operation], Any], *, key: UUID | None = None) -> Any:
    """`work` with an operation, as a view has it; the same `key` is the same request."""
    found: list[Any] = []

    def produce(operation: Operation) -> Answer:
        found.append(work(operation))
        return Answer(200, (), b"")

    asked = Asked(key or new_id(), "fingerprint")
    Record.objects.filter(pk=asked.id).update(answer="")  # so that a repetition shows us its result, too
    phased.run(asked, produce, lease=timedelta(minutes=1), now=NOW)
    return found[0]


class Shop:
    """An organization, somebody who orders there, and the stand-in."""

    def __init__(self, stripe: StripeServer) -> None:
        self.stripe = stripe
        self.organization = make_organization()
        self.customer = make_user()
        person = Principal(PrincipalKind.USER, id=self.customer.id, organization_id=self.organization.id)
        self.shopper = Shopper(person)

    @property
    def staff(self) -> Principal:
        return Principal(PrincipalKind.SYSTEM, organization_id=self.organization.id)

    def order(self, **fields: Any) -> Order:
        return make_order(self.organization.id, **{"user_id": self.customer.id, "price": 3412, **fields})

    def start(self, order: Order, *, key: UUID | None = None) -> Started:
        return in_steps(
            lambda operation: payments.start(operation=operation, shopper=self.shopper, order_id=order.id, now=NOW),
            key=key,
        )

    def confirm(self, payment_id: UUID) -> Any:
        return payments.confirm(shopper=self.shopper, payment_id=payment_id, now=NOW)

    def paid(self, **fields: Any) -> tuple[Order, Started]:
        """An order that was paid, and its payment."""
        order = self.order(**fields)
        started = self.start(order)
        self.stripe.account.confirm(started.payment.reference)
        self.confirm(started.payment.id)
        return self.fresh(order), started

    def refund(self, order: Order, amount: int | None = None, *, key: UUID | None = None, **arguments: Any) -> Any:
        money = None if amount is None else Money(amount, order.currency)
        return in_steps(
            lambda operation: refunds.refund(
                operation=operation, principal=self.staff, order_id=order.id, amount=money, now=NOW, **arguments
            ),
            key=key,
        )

    def fresh(self, order: Order) -> Order:
        with organization_scope(self.organization.id, read_only=True):
            return Order.objects.get(pk=order.pk)

    def booked(self, order: Order) -> dict[tuple[str, str], int]:
        """What is booked for an order, by kind and account; and the books are right."""
        with organization_scope(self.organization.id, read_only=True):
            assert list(faults()) == []
            rows = (
                LedgerEntry.objects.filter(order=order).order_by("booked_at").values_list("kind", "account", "amount")
            )
            found: dict[tuple[str, str], int] = {}
            for kind, account, amount in rows:
                found[(kind, account)] = found.get((kind, account), 0) + amount
            return found


def told(name: str) -> list[dict[str, Any]]:
    """What was published under a name, in order."""
    return list(Entry.objects.filter(name=name).order_by("created_at", "id").values_list("payload", flat=True))
