"""A machine that tries every sequence of calls on stock, against books of its own: the sums always agree.

The books are kept here once more on purpose: what the code believes is what is on trial.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from pytest_django.plugin import DjangoDbBlocker

from tenon.domains.catalog.errors import OutOfStock, ReservationLost, StockSetAside
from tenon.domains.catalog.models import StockLevel, StockMovement, StockReservation
from tenon.domains.catalog.services import stock
from tenon.domains.catalog.services.stock import StockLine
from tenon.domains.catalog.tests.factories import NOW, acting_as, make_organization, make_product, make_variant
from tenon.kernel.ids import new_id
from tenon.kernel.outbox.models import Entry
from tenon.kernel.principal import Principal
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.testing.databases import Clone

STEPS = 50
MINUTE = timedelta(minutes=1)
MINIMUM = 3

thing = strategies.integers(0, 3)
cart = strategies.lists(strategies.tuples(thing, strategies.integers(1, 4)), min_size=1, max_size=4)
order = strategies.integers(0, 5)


@dataclass
class Thing:
    """What the books know of something that is sold."""

    product_id: UUID
    variant_id: UUID | None
    on_hand: int
    tracked: bool = True
    backorder: bool = False
    allocated: int = 0
    lows: int = 0

    @property
    def item_id(self) -> UUID:
        return self.variant_id or self.product_id

    @property
    def available(self) -> int:
        return self.on_hand - self.allocated

    def changed(self, before: int) -> None:
        """What is available is other than before."""
        self.lows += self.tracked and before > MINIMUM >= self.available


@dataclass
class Order:
    """What the books know of a reference."""

    id: UUID = field(default_factory=new_id)
    state: str = ""
    lines: Counter[int] = field(default_factory=Counter)
    until: datetime = NOW


class Stock(RuleBasedStateMachine):
    """A shop of its own for each run."""

    @initialize()
    def begin(self) -> None:
        shop = make_organization()
        self.shop, self.clerk, self.now = shop.id, acting_as(shop.owner_id, shop.id), NOW
        plain = make_product(shop.id, stock=6, min_stock_level=MINIMUM)
        promised = make_product(shop.id, stock=2, min_stock_level=MINIMUM, allow_backorder=True)
        song = make_product(shop.id, stock=0, min_stock_level=MINIMUM, track_inventory=False)
        blue = make_variant(plain, stock=8)
        self.things = [
            Thing(plain.id, None, 6),
            Thing(promised.id, None, 2, backorder=True),
            Thing(song.id, None, 0, tracked=False),
            Thing(plain.id, blue.id, 8),
        ]
        self.orders = [Order() for _ in range(6)]

    clerk: Principal

    def lines(self, wanted: Counter[int]) -> list[StockLine]:
        return [
            StockLine(self.things[which].product_id, self.things[which].variant_id, quantity)
            for which, quantity in wanted.items()
        ]

    @rule(which=order, asked=cart, minutes=strategies.integers(1, 5))
    def reserve(self, which: int, asked: list[tuple[int, int]], minutes: int) -> None:
        one, wanted = self.orders[which], Counter[int]()
        for each, quantity in asked:
            wanted[each] += quantity
        tracked = Counter({each: quantity for each, quantity in wanted.items() if self.things[each].tracked})
        short = {
            self.things[each].item_id: max(self.things[each].available, 0)
            for each, quantity in tracked.items()
            if not self.things[each].backorder and self.things[each].available < quantity
        }
        until = self.now + minutes * MINUTE
        try:
            with organization_scope(self.shop):
                stock.reserve(lines=self.lines(wanted), reference=one.id, until=until, now=self.now)
        except OutOfStock as refusal:
            told = {line["variant_id"] or line["product_id"]: line["available"] for line in refusal.extra["lines"]}
            assert one.state not in {"held", "committed"}
            assert told == short
            return
        if one.state in {"held", "committed"}:
            return
        assert not short
        one.state, one.lines, one.until = ("held" if tracked else ""), tracked, until
        for each, quantity in tracked.items():
            before = self.things[each].available
            self.things[each].allocated += quantity
            self.things[each].changed(before)

    @rule(which=order)
    def commit(self, which: int) -> None:
        one = self.orders[which]
        try:
            with organization_scope(self.shop):
                stock.commit(reference=one.id, now=self.now, actor_id=None)
        except ReservationLost:
            assert one.state == "released"
            return
        assert one.state != "released"
        if one.state == "held":
            one.state = "committed"
            for each, quantity in one.lines.items():
                self.things[each].on_hand -= quantity
                self.things[each].allocated -= quantity

    @rule(which=order)
    def release(self, which: int) -> None:
        one = self.orders[which]
        with organization_scope(self.shop):
            stock.release(reference=one.id, now=self.now)
        self.let_go(one)

    @rule(minutes=strategies.integers(1, 3))
    def time_passes(self, minutes: int) -> None:
        self.now += minutes * MINUTE
        due = [one for one in self.orders if one.state == "held" and one.until <= self.now]
        assert stock.release_overdue(now=self.now) == sum(len(one.lines) for one in due)
        for one in due:
            self.let_go(one)

    def let_go(self, one: Order) -> None:
        if one.state == "held":
            one.state = "released"
            for each, quantity in one.lines.items():
                self.things[each].allocated -= quantity

    @rule(which=order, twice=strategies.booleans())
    def put_back(self, which: int, twice: bool) -> None:
        """All of an order that was sold, and the order is as good as new."""
        one = self.orders[which]
        if one.state != "committed":
            return
        for _ in range(1 + twice):
            with organization_scope(self.shop):
                stock.put_back(lines=self.lines(one.lines), reference=one.id, now=self.now, actor_id=None)
        for each, quantity in one.lines.items():
            self.things[each].on_hand += quantity
        self.orders[which] = Order()

    @rule(which=thing, change=strategies.integers(-6, 6).filter(bool))
    def adjust(self, which: int, change: int) -> None:
        one = self.things[which]
        enough = not one.tracked or one.backorder or one.available + change >= 0 or change > 0
        before = one.available
        try:
            stock.adjust(
                principal=self.clerk,
                product_id=one.product_id,
                variant_id=one.variant_id,
                kind="adjustment",
                change=change,
                now=self.now,
            )
        except StockSetAside:
            assert not enough
            return
        assert enough
        one.on_hand += change
        one.changed(before)

    @invariant()
    def the_books_agree(self) -> None:
        with organization_scope(self.shop):
            levels = {row.item_id: (row.on_hand, row.allocated, row.available) for row in StockLevel.objects.all()}
            moved: Counter[UUID] = Counter()
            variant_id: Any  # nullable, which the types of `values_list` do not know
            for product_id, variant_id, change in StockMovement.objects.values_list(
                "product_id", "variant_id", "quantity_change"
            ):
                moved[variant_id or product_id] += change
            held = dict(
                StockReservation.objects.filter(state="held").values_list("item_id").annotate(total=Sum("quantity"))
            )
        assert levels == {one.item_id: (one.on_hand, one.allocated, one.available) for one in self.things}
        for one in self.things:
            assert moved[one.item_id] == one.on_hand
            assert held.get(one.item_id, 0) == one.allocated >= 0
            assert one.backorder or not one.tracked or one.available >= 0

    def teardown(self) -> None:
        if not hasattr(self, "things"):
            return
        told: Counter[UUID] = Counter()
        for payload in Entry.objects.filter(name="stock.low", organization_id=self.shop).values_list(
            "payload", flat=True
        ):
            assert payload is not None
            told[UUID(payload["variant_id"] or payload["product_id"])] += 1
        # Nothing stays held that the clock of another run would let go of.
        stock.release_overdue(now=self.now + timedelta(days=1))
        assert told == Counter({one.item_id: one.lows for one in self.things if one.lows})


@pytest.fixture
def _database(module_database: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), module_database.in_use():
        yield


@pytest.mark.usefixtures("_database")
def test_the_sums_agree_whatever_is_called(rounds: Callable[[int], int], proof_record: Callable[..., None]) -> None:
    runs = rounds(200)
    run_state_machine_as_test(
        Stock,
        settings=settings(
            max_examples=runs, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    proof_record(runs=runs, steps_at_most=runs * STEPS)
