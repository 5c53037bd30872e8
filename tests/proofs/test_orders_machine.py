"""A machine that tries every sequence of what shoppers, staff, the provider and the clock do to orders.

After each step the books of `order_books` are looked at; at the end of a run everything that was on its way arrives,
and then nobody has lost a cent.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from math import ceil
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings, strategies
from hypothesis.stateful import (
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from pytest_django.plugin import DjangoDbBlocker

from tenon.domains.orders.errors import (
    NotThatMany,
    OutOfSequence,
    PaymentOutstanding,
    WrongState,
)
from tenon.domains.orders.models import Order, OrderItem, Return
from tenon.domains.orders.services import (
    expiry,
    orders,
    reconciling,
    returns,
    shipments,
)
from tenon.domains.orders.services.shipments import Parcel, Portion
from tenon.kernel import clock
from tenon.kernel.ids import new_id
from tenon.kernel.money import Money
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.testing.databases import Clone
from tenon.testing.stripe_server import stripe_server
from tenon.testing.stripe_server.faults import Fault
from tests.proofs.order_books import STEPS
from tests.proofs.order_shoppers import Shoppers, few, has_orders, which

STEPS_EACH, FULL = 50, 10_000


class Orders(Shoppers):
    """The same, with staff, the provider, the clock, and what the deployment does by itself."""

    steps: ClassVar[int] = 0

    @precondition(has_orders)
    @rule(which=which, step=strategies.sampled_from(["confirmed", "processing", "shipped", "delivered"]))
    def goes_on(self, which: int, step: str) -> None:
        one = self.one(which)
        before = self.market.state(one)
        work: Callable[..., object] = {
            "confirmed": orders.confirm_by_hand,
            "processing": orders.process,
            "shipped": partial(shipments.ship, parcel=Parcel()),
            "delivered": orders.deliver,
        }[step]
        try:
            work(principal=self.market.staff, order_id=one.id, now=clock.now())
        except PaymentOutstanding:
            assert (before, step) == ("pending", "confirmed")
        except WrongState:
            assert step not in STEPS.get(before, set())
        else:
            assert self.market.state(one) == step
            return
        assert self.market.state(one) == before

    @precondition(has_orders)
    @rule(which=which)
    def goes_all_the_way(self, which: int) -> None:
        self.pays_without_a_hitch(which=which)
        for step in ("confirmed", "shipped", "delivered"):
            self.goes_on(which=which, step=step)

    @precondition(has_orders)
    @rule(which=which, line=which, quantity=few)
    def is_sent_in_part(self, which: int, line: int, quantity: int) -> None:
        one = self.one(which)
        items = self.market.ids(OrderItem, one)
        portions = [Portion(items[line % len(items)], quantity)]
        with suppress(WrongState, NotThatMany):
            shipments.ship(
                principal=self.market.staff, order_id=one.id, parcel=Parcel(), portions=portions, now=clock.now()
            )

    @precondition(has_orders)
    @rule(which=which)
    def money_comes_by_hand(self, which: int) -> None:
        self.market.paid(self.one(which))

    @precondition(has_orders)
    @rule(which=which, thirds=few, lost=strategies.booleans())
    def money_is_given_back(self, which: int, thirds: int, lost: bool) -> None:
        one = self.one(which)
        with organization_scope(self.market.shop, read_only=True):
            order = Order.objects.get(pk=one.id)
        amount = None if thirds == 3 else Money(order.total_amount * thirds // 3, order.currency)
        if lost:
            self.market.stripe.lose_answers()
        try:
            self.market.refund(one, amount, new_id())
        finally:
            self.market.stripe.behave()

    @precondition(has_orders)
    @rule(which=which, approved=strategies.booleans(), damaged=strategies.booleans())
    def return_is_decided_or_received(self, which: int, approved: bool, damaged: bool) -> None:
        one = self.one(which)
        named = {"principal": self.market.staff, "order_id": one.id, "now": clock.now()}
        for return_id in self.market.ids(Return, one)[-1:]:
            try:
                returns.decide(**named, return_id=return_id, approved=approved)
            except OutOfSequence:
                lines = self.market.ids(OrderItem, one) if damaged else []
                with suppress(OutOfSequence):
                    returns.receive(**named, return_id=return_id, damaged=lines)

    @precondition(lambda self: self.market.account.events)
    @rule(back=strategies.integers(0, 20), copies=strategies.integers(1, 2))
    def notice_comes(self, back: int, copies: int) -> None:
        """Early, late, twice: any of those that the provider has made so far."""
        for _ in range(copies):
            self.market.told(self.market.account.events[-1 - back % len(self.market.account.events)])

    @precondition(lambda self: self.market.shown)
    @rule(which=which, cents=strategies.integers(1, 2000))
    def somebody_refunds_at_the_provider(self, which: int, cents: int) -> None:
        with suppress(Fault):
            self.market.account.create_refund(
                {"payment_intent": self.market.shown[-1 - which % len(self.market.shown)], "amount": str(cents)}
            )

    @precondition(lambda self: self.market.account.refunds)
    @rule(which=which, succeed=strategies.booleans())
    def refund_ends(self, which: int, succeed: bool) -> None:
        refund = list(self.market.account.refunds.values())[which % len(self.market.account.refunds)]
        if refund["status"] == "pending" or (refund["status"] == "succeeded" and not succeed):
            self.market.account.finish_refund(refund["id"], succeed=succeed)

    @rule()
    def jobs_run(self) -> None:
        self.market.run_jobs()

    @rule(minutes=strategies.sampled_from([1, 5, 20, 20, 700]))
    def time_passes(self, minutes: int) -> None:
        self.market.time.shift(timedelta(minutes=minutes))
        expiry.expire(now=clock.now())

    @rule()
    def round_is_made(self) -> None:
        self.market.time.shift(timedelta(minutes=11))
        reconciling.reconcile(now=clock.now())

    @invariant()
    def the_books_are_right(self) -> None:
        Orders.steps += 1
        self.market.time.shift(timedelta(seconds=1))
        self.market.books.check()

    def teardown(self) -> None:
        if not hasattr(self, "market"):
            return
        try:
            self.market.everything_arrives()
            self.market.nobody_has_lost_a_cent()
        finally:
            self.market.close()


@pytest.fixture
def _stand_in(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The provider, which the settings name."""
    monkeypatch.setattr("stripe._http_client.HTTPClient.INITIAL_DELAY", 0.001)
    with stripe_server() as running:
        settings.PAYMENT_PROVIDERS = ["manual", "stripe"]
        settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = running.secret_key, running.url
        settings.STRIPE_WEBHOOK_SECRET = running.notices.secret
        settings.ORDER_UNPAID_MINUTES = 600  # so that most orders live longer than a run
        Orders.stripe = running
        yield


@pytest.fixture
def _database(module_database: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), module_database.in_use():
        yield


@pytest.mark.usefixtures("_database", "_stand_in")
def test_nobody_loses_a_cent_whatever_is_done(rounds: Callable[[int], int], proof_record: Callable[..., None]) -> None:
    Orders.steps, enough = 0, rounds(FULL)
    while Orders.steps < enough:
        run_state_machine_as_test(
            Orders,
            settings=settings(
                max_examples=ceil((enough - Orders.steps) / STEPS_EACH),
                stateful_step_count=STEPS_EACH,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    proof_record(steps_at_least=enough, steps_of_a_run_at_most=STEPS_EACH)
