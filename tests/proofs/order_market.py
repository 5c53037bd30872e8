"""A shop where two people and a guest buy, with the stand-in for its provider: what is done there, as one call each.

Refusals that have their reason are no failures; each method says which these are.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import time_machine
from django.db import connections

from tenon.domains.catalog.tests.factories import make_variant
from tenon.domains.orders.clients.errors import ProviderUnavailable
from tenon.domains.orders.errors import (
    AlreadyPaid,
    NothingToRefund,
    PartlySent,
    RefundRefused,
    RefundTooLarge,
    TooLateToCancel,
    WrongState,
)
from tenon.domains.orders.models import Order, Payment, Refund
from tenon.domains.orders.policies import Shopper
from tenon.domains.orders.selectors.ledger import faults
from tenon.domains.orders.services import expiry, notices, orders, payments, reconciling, refunds
from tenon.domains.orders.services.cart_holders import Holder
from tenon.domains.orders.tests.factories import (
    NOW,
    acting_as,
    make_coupon,
    make_organization,
    make_product,
    make_shipping_method,
    make_tax_rate,
    make_user,
)
from tenon.domains.orders.tests.paying import in_steps
from tenon.kernel import clock
from tenon.kernel.money import Money
from tenon.kernel.outbox import relay
from tenon.kernel.outbox.models import Entry
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.testing.stripe_server import Account, StripeServer, signed
from tenon.testing.stripe_server.faults import Fault
from tests.proofs.order_books import Books

COUPON_LIMITS = (3, 2)  # of all, of each customer
EXCUSES = ("The payment provider does not answer.", "has no room beside those that are pending.")
OVER = {"canceled", "succeeded"}  # intents that nobody can pay any more


@dataclass(frozen=True)
class Bought:
    """An order, and whoever may move it as its customer."""

    id: UUID
    shopper: Shopper


class Market:
    """The clock stands still unless it is moved, until `close`."""

    def __init__(self, stripe: StripeServer) -> None:
        self.travel = time_machine.travel(NOW, tick=False)
        self.time = self.travel.start()
        self.stripe = stripe
        self.stripe.account = self.account = Account(stripe.notices.tell)
        organization, people = make_organization(), [make_user(), make_user()]
        self.shop = organization.id
        self.staff = acting_as(organization.owner_id, self.shop)
        self.holders = [*(Holder(each.id) for each in people), Holder()]
        mug = make_product(self.shop, stock=12)
        jug = make_product(self.shop, stock=3, allow_backorder=True)
        song = make_product(self.shop, stock=0, track_inventory=False, requires_shipping=False)
        shirt = make_product(self.shop, stock=0)
        blue = make_variant(shirt, stock=8)
        self.things: list[tuple[UUID, UUID | None]] = [(each.id, None) for each in (mug, jug, song)]
        self.things.append((shirt.id, blue.id))
        make_tax_rate(self.shop)
        make_shipping_method(self.shop)
        whole, each_one = COUPON_LIMITS
        self.coupon = make_coupon(self.shop, usage_limit=whole, usage_limit_per_user=each_one).code
        brought = {mug.id: 12, jug.id: 3, song.id: 0, shirt.id: 0, blue.id: 8}
        self.books = Books(self.shop, brought, {song.id}, coupon_limits=COUPON_LIMITS)
        self.bought: list[Bought] = []
        self.shown: list[str] = []  # intents that a shopper's browser may pay
        self.cut_off: list[Callable[[], None]] = []

    def close(self) -> None:
        """Let the clock go on."""
        self.stripe.calls.clear()
        self.travel.stop()

    def cart_of(self, who: int) -> dict[str, Any]:
        return {"organization_id": self.shop, "holder": self.holders[who], "now": clock.now()}

    def state(self, one: Bought) -> str:
        with organization_scope(self.shop, read_only=True):
            return Order.objects.get(pk=one.id).state

    def ids(self, model: Any, one: Bought) -> list[UUID]:
        """What belongs to an order, in the order of making."""
        with organization_scope(self.shop, read_only=True):
            return list(model.objects.filter(order=one.id).order_by("created_at", "id").values_list("id", flat=True))

    def start(self, one: Bought, key: UUID) -> None:
        """Begin to pay. Who gets no answer repeats that later."""
        try:
            started = in_steps(
                lambda operation: payments.start(
                    operation=operation, shopper=one.shopper, order_id=one.id, now=clock.now()
                ),
                key=key,
            )
        except (AlreadyPaid, WrongState):
            return
        except ProviderUnavailable:
            self.cut_off.append(lambda: self.start(one, key))
            return
        if started.client_secret and started.payment.reference not in self.shown:
            self.shown.append(started.payment.reference)

    def refund(self, one: Bought, amount: Money | None, key: UUID) -> None:
        """Give money back. Who gets no answer repeats that later."""
        try:
            in_steps(
                lambda operation: refunds.refund(
                    operation=operation, principal=self.staff, order_id=one.id, amount=amount, now=clock.now()
                ),
                key=key,
            )
        except ProviderUnavailable:
            self.cut_off.append(lambda: self.refund(one, amount, key))
        except (NothingToRefund, RefundTooLarge):
            return
        except RefundRefused:
            assert self.account.refunds, "without a refund that was made past us, there is room for ours"

    def paid(self, one: Bought) -> None:
        """Money comes by hand."""
        with suppress(AlreadyPaid, WrongState):
            payments.receive(principal=self.staff, order_id=one.id, now=clock.now())

    def cancelled(self, one: Bought, *, by_staff: bool) -> None:
        """An order is called off, where that is still possible."""
        before = self.state(one)
        shopper = Shopper(self.staff) if by_staff else one.shopper
        try:
            orders.cancel(shopper=shopper, organization_id=self.shop, order_id=one.id, now=clock.now())
        except PartlySent:
            assert (before, by_staff) == ("processing", True)
        except (WrongState, TooLateToCancel):
            assert before not in {"pending", "confirmed"}
            assert not (by_staff and before == "processing")
        else:
            assert before in {"pending", "confirmed"} or (by_staff and before == "processing")

    def told(self, event: dict[str, Any]) -> None:
        """A notice of the provider's comes."""
        body, headers = signed(event, self.stripe.notices.secret)
        notices.take(body=body, signature=headers["Stripe-Signature"])

    def run_jobs(self) -> None:
        """Everything that is due; what fails has an excuse, and is tried again later."""
        while relay.run_once(now=clock.now()):
            pass
        rows = Entry.objects.filter(organization_id=self.shop, delivered_at__isnull=True)
        found = {
            (name, error, dead is not None) for name, error, dead in rows.values_list("name", "last_error", "dead_at")
        }
        assert all((not error or error.endswith(EXCUSES)) and not dead for _, error, dead in found), found

    def meanwhile(self, work: Callable[[], None]) -> Callable[[], None]:
        """Have `work` done while the provider is asked the next time. What is returned says whether it failed."""
        failures: list[Exception] = []

        def before(_call: object) -> None:
            self.stripe.behave()
            try:
                work()
            except Exception as failure:  # noqa: BLE001 (raised again where it is seen)
                failures.append(failure)
            finally:
                connections.close_all()

        def over() -> None:
            self.stripe.behave()
            for failure in failures:
                raise failure

        self.stripe.before = before
        return over

    def everything_arrives(self) -> None:
        """Banks decide, requests are repeated, notices come, the round is made, and who has not paid never does."""
        for reference in self.account.intents:
            with suppress(Fault):
                self.account.finish(reference)
        for again in self.cut_off:
            again()
        for minutes in (11, 60, 60 * 24 * 60, 60, 60, 60):
            for refund in self.account.refunds.values():
                if refund["status"] == "pending":
                    self.account.finish_refund(refund["id"])
            for event in list(self.account.events):
                self.told(event)
            self.run_jobs()
            self.time.shift(timedelta(minutes=minutes))
            expiry.expire(now=clock.now())
            reconciling.reconcile(now=clock.now())
            self.run_jobs()
            self.books.check()

    def nobody_has_lost_a_cent(self) -> None:
        """In the end we and the provider say the same, and everybody has what they paid for, or their money."""
        with organization_scope(self.shop, read_only=True):
            assert list(faults()) == []
            states = dict(Order.objects.values_list("id", "state"))
            totals = dict(Order.objects.values_list("id", "total_amount"))
            known = {row["reference"]: row for row in Payment.objects.filter(provider="stripe").values()}
            returned: Counter[str] = Counter()
            for reference, amount in Refund.objects.filter(state="succeeded").values_list(
                "payment__reference", "amount"
            ):
                returned[reference] += amount
            money = self.books.money()
        assert "pending" not in states.values()
        for reference, intent in self.account.intents.items():
            assert known[reference]["captured_amount"] == intent["amount_received"]
            given = [each for each in self.account.refunds_of(reference) if each["status"] == "succeeded"]
            assert returned[reference] == sum(each["amount"] for each in given)
            assert intent["status"] in OVER, intent["status"]
        for order_id, state in states.items():
            have = money[order_id]
            if have.failed:
                continue  # people decide
            kept = have.captured - have.returned
            if state == "cancelled":
                assert kept == 0
            else:
                assert 0 <= kept <= totals[order_id]
                assert have.accounts["receivable"] == max(0, totals[order_id] - have.captured)
        self._everything_was_told_once()

    def _everything_was_told_once(self) -> None:
        told: Counter[tuple[str, str]] = Counter()
        names = {"order.placed": "order_id", "order.confirmed": "order_id", "order.cancelled": "order_id"}
        names |= {"payment.captured": "payment_id", "payment.refunded": "refund_id"}
        for name, payload in Entry.objects.filter(organization_id=self.shop, name__in=names).values_list(
            "name", "payload"
        ):
            told[name, payload[names[name]]] += 1
        assert set(told.values()) <= {1}
