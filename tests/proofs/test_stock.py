"""Stock is never sold twice and never lost: by many at once, in any order of lines, by processes that are killed."""

import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import TypeVar
from uuid import UUID

import pytest
from django.db.models import Sum
from pytest_django.plugin import DjangoDbBlocker

from tenon.domains.catalog.errors import OutOfStock
from tenon.domains.catalog.models import StockLevel, StockMovement, StockReservation
from tenon.domains.catalog.services import stock
from tenon.domains.catalog.services.stock import StockLine
from tenon.domains.catalog.tests.factories import NOW, make_organization, make_product
from tenon.kernel import clock
from tenon.kernel.ids import new_id
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity.tests.threads import together
from tenon.testing.databases import Clone

T = TypeVar("T")
THREADS, ATTEMPTS, STOCK = 64, 20, 50
LATER = NOW + timedelta(minutes=15)


@pytest.fixture(autouse=True)
def database(module_database: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[Clone]:
    """One database for these proofs, which other processes see too: each brings a shop of its own."""
    with django_db_blocker.unblock(), module_database.in_use():
        yield module_database


def reserve(shop: UUID, lines: Sequence[StockLine]) -> UUID | None:
    """The reference that holds the lines, or None where there was not enough."""
    reference = new_id()
    try:
        with organization_scope(shop):
            stock.reserve(lines=lines, reference=reference, until=LATER, now=NOW)
    except OutOfStock:
        return None
    return reference


def sell(shop: UUID, reference: UUID) -> None:
    with organization_scope(shop):
        stock.commit(reference=reference, now=NOW, actor_id=None)


def release(shop: UUID, reference: UUID) -> None:
    with organization_scope(shop):
        stock.release(reference=reference, now=NOW)


def done(results: Sequence[T | Exception]) -> list[T]:
    """What the threads gave, none of whom met anything unforeseen."""
    failed = Counter(repr(each) for each in results if isinstance(each, Exception))
    assert not failed, failed
    return [each for each in results if not isinstance(each, Exception)]


def agree(shop: UUID) -> dict[UUID, tuple[int, int]]:
    """What is on hand and allocated of each thing: the sums of what has moved and of what is held, never too much."""
    with organization_scope(shop):
        levels = {row.item_id: (row.on_hand, row.allocated) for row in StockLevel.objects.all()}
        moved = StockMovement.objects.values_list("product_id").annotate(total=Sum("quantity_change"))
        held = StockReservation.objects.filter(state="held").values_list("item_id").annotate(total=Sum("quantity"))
        moved_by_item, held_by_item = dict(moved), dict(held)
    assert levels == {item: (moved_by_item.get(item, 0), held_by_item.get(item, 0)) for item in levels}
    assert all(0 <= allocated <= on_hand for on_hand, allocated in levels.values())
    return levels


def test_fifty_are_sold_of_fifty(proof_record: Callable[..., None]) -> None:
    """Every attempt holds one, and sells it or lets go of it again; in the end all are sold and none twice."""
    shop = make_organization().id
    mug = make_product(shop, stock=STOCK)
    line = [StockLine(mug.id, None, 1)]

    def attempts(seed: int) -> int:
        luck, sold = random.Random(seed), 0
        for _ in range(ATTEMPTS):
            reference = reserve(shop, line)
            if reference is None:
                continue
            if luck.random() < 0.2:
                release(shop, reference)
            else:
                sell(shop, reference)
                sold += 1
        return sold

    sold = sum(done(together([partial(attempts, seed) for seed in range(THREADS)])))
    while reserved := reserve(shop, line):  # what the last ones let go of
        sell(shop, reserved)
        sold += 1
    assert sold == STOCK
    assert agree(shop) == {mug.id: (0, 0)}
    proof_record(threads=THREADS, attempts=THREADS * ATTEMPTS, stock=STOCK, sold=sold)


def test_carts_in_opposite_orders_wait_for_each_other_and_never_both(
    rounds: Callable[[int], int], proof_record: Callable[..., None]
) -> None:
    shop, turns, parallel = make_organization().id, rounds(400), 16
    products = [make_product(shop, stock=40) for _ in range(6)]

    def carts(seed: int) -> None:
        luck = random.Random(seed)
        for _ in range(turns):
            lines = [StockLine(each.id, None, luck.randint(1, 2)) for each in luck.sample(products, 5)]
            reference = reserve(shop, lines)
            if reference is None:
                continue
            if luck.random() < 0.5:
                release(shop, reference)
                continue
            sell(shop, reference)
            luck.shuffle(lines)
            with organization_scope(shop):
                stock.put_back(lines=lines, reference=reference, now=NOW, actor_id=None)

    done(together([partial(carts, seed) for seed in range(parallel)]))
    assert set(agree(shop).values()) == {(40, 0)}
    proof_record(threads=parallel, carts=parallel * turns)


def test_an_order_is_sold_or_released_once(rounds: Callable[[int], int], proof_record: Callable[..., None]) -> None:
    """A payment that is told of twice, a customer who cancels and the clock, all at the same moment."""
    shop, turns = make_organization().id, rounds(200)
    mug, jug = make_product(shop, stock=turns), make_product(shop, stock=turns)
    sold = 0
    for _ in range(turns):
        reference = reserve(shop, [StockLine(mug.id, None, 1), StockLine(jug.id, None, 1)])
        assert reference is not None
        calls: list[Callable[[], object]] = [
            partial(sell, shop, reference),
            partial(sell, shop, reference),
            partial(release, shop, reference),
            partial(stock.release_overdue, now=LATER),
        ]
        kinds = Counter(type(each).__name__ for each in together(calls))
        assert kinds.keys() <= {"NoneType", "int", "ReservationLost"}, kinds
        levels = agree(shop)
        assert all(allocated == 0 for _, allocated in levels.values())
        assert levels[mug.id] in {(turns - sold, 0), (turns - sold - 1, 0)}
        assert (levels[mug.id][0] == turns - sold) == (kinds["ReservationLost"] == 2)
        sold = turns - levels[mug.id][0]
        assert levels[jug.id] == levels[mug.id]
    proof_record(rounds=turns)


def test_reservations_expire_once(rounds: Callable[[int], int], proof_record: Callable[..., None]) -> None:
    shop, number, purgers = make_organization().id, rounds(2000), 8
    products = [make_product(shop, stock=3 * number) for _ in range(3)]
    for position in range(number):
        assert reserve(shop, [StockLine(each.id, None, 1 + position % 2) for each in products])
    released = done(together([partial(stock.release_overdue, now=LATER)] * purgers))
    assert sum(released) == 3 * number
    assert set(agree(shop).values()) == {(3 * number, 0)}
    proof_record(reservations=3 * number, purgers=purgers, released=sum(released))


def test_who_is_killed_leaves_nothing_allocated(
    database: Clone, rounds: Callable[[int], int], proof_record: Callable[..., None]
) -> None:
    """Three processes shop; one after the other is killed at an unforeseen moment, and another takes its place."""
    shop, kills = make_organization().id, rounds(60)
    products = [make_product(shop, stock=100) for _ in range(5)]
    command = [sys.executable, "-m", "tests.proofs.stock_house", str(shop), *(str(each.id) for each in products)]

    def shopper() -> "subprocess.Popen[str]":
        env = {**os.environ, **database.environment()}
        return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)

    shoppers = [shopper() for _ in range(3)]
    try:
        for kill in range(kills):
            victim = shoppers[kill % 3]
            for _ in range(random.randint(1, 10)):
                assert victim.stdout is not None
                assert victim.stdout.readline() == ".\n", "it ended by itself"
            victim.kill()
            victim.communicate()
            shoppers[kill % 3] = shopper()
    finally:
        for each in shoppers:
            each.kill()
            each.communicate()
    agree(shop)
    with suppress(StopIteration):
        stock.release_overdue(now=clock.now() + timedelta(hours=1))
    assert all(allocated == 0 for _, allocated in agree(shop).values())
    proof_record(kills=kills)
