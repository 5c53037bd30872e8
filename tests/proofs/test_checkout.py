"""Many who order at once over HTTP: nothing is sold twice, nobody waits for ever, and a killed API doubles no order."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

from tenon.testing.houses import House
from tenon.testing.parallel import Answer, Connection, Unanswered
from tenon.testing.servers import run_python, spawn_api, wait_until_live
from tests.proofs.shops import CASH, PATIENCE, TRANSFER, Shop, agree, crowd, fill, order, watched

THREADS, ATTEMPTS, STOCK = 64, 20, 50
SMALLER = {"sqlite": 4, "postgresql": 1}  # what a round is divided by: one writer at a time takes its time


def require_clean(answers: Sequence[Answer], *codes: str) -> list[dict[str, Any]]:
    """The orders among the answers; all others are documented refusals with one of the codes."""
    refused = [answer for answer in answers if answer.status != 201]
    assert all(answer.is_problem and answer.json()["code"] in codes for answer in refused), Counter(
        (answer.status, answer.body[:300]) for answer in refused
    )
    return [answer.json() for answer in answers if answer.status == 201]


def divided(home: House, full: int) -> int:
    return full // SMALLER[home.database.engine]


def test_fifty_are_ordered_of_fifty(
    home: House, rounds: Callable[[int], int], proof_record: Callable[..., None]
) -> None:
    """64 shoppers fill their carts, and all of them order at once."""
    shop, attempts = Shop.opened(home), rounds(divided(home, ATTEMPTS))
    mug = shop.product(STOCK)
    carts = crowd(home, THREADS, partial(fill, shop, [mug], attempts))

    def buy(connection: Connection, number: int) -> list[Answer]:
        return [order(shop, connection, cart) for cart in carts[number]]

    with watched(shop) as seen:
        answers = [answer for answers in crowd(home, THREADS, buy) for answer in answers]
    sold = require_clean(answers, "out_of_stock")
    assert len(sold) == len({each["id"] for each in sold}) == len({each["number"] for each in sold}) == STOCK
    short = [{"product_id": mug, "variant_id": None, "requested": 1, "available": 0}]
    assert all(answer.json()["lines"] == short for answer in answers if answer.status == 409)
    assert seen.looks > 1
    assert seen.least == [0, 0, 0]
    assert shop.orders() == {"confirmed": STOCK}
    assert agree(shop) == {mug: (0, 0)}
    proof_record(threads=THREADS, attempts=len(answers), stock=STOCK, sold=len(sold), server_errors=0)


def test_orders_of_the_same_things_in_opposite_orders_end(
    home: House, rounds: Callable[[int], int], proof_record: Callable[..., None]
) -> None:
    """Half of them use the coupon, and every third order is cancelled while others are placed."""
    shop, parallel, turns = Shop.opened(home), 16, rounds(divided(home, 40))
    total = parallel * turns
    stock = [total, total * 2 // 3, total, total * 3 // 4]  # not enough for all of them
    products = [shop.product(each) for each in stock]
    shop.make("coupons/", code="TEN", discount_type="percentage", discount_value="10", currency="USD", usage_limit=9)
    carts = crowd(home, parallel, partial(fill, shop, products, turns))

    def buy(connection: Connection, number: int) -> list[Answer]:
        luck, answers = random.Random(number), []
        for turn, cart in enumerate(carts[number]):
            method, coupon = luck.choice([CASH, TRANSFER]), luck.choice(["", "TEN"])
            placed = order(shop, connection, cart, method=method, coupon=coupon)
            answers.append(placed)
            if placed.status == 201 and (number + turn) % 3 == 0:
                made = placed.json()
                headers = {"X-Order-Token": made["order_token"]}
                over = shop.ask(connection, f"orders/{made['id']}/cancellation/", {}, headers=headers)
                assert (over.status, over.json()["status"]) == (200, "cancelled"), over
        return answers

    with watched(shop) as seen:
        answers = [answer for answers in crowd(home, parallel, buy) for answer in answers]
    placed = require_clean(answers, "out_of_stock", "coupon_refused")
    assert min(seen.least) >= 0
    states = shop.orders()
    assert sum(states.values()) == len(placed) > 0
    levels = agree(shop)
    for product, stocked in zip(products, stock, strict=True):
        assert levels[product] == (stocked - states["confirmed"], states["pending"])
    used = shop.rows("SELECT used FROM orders_coupon WHERE organization_id = %s")
    held = (
        "SELECT count(*) FROM orders_order"
        " WHERE organization_id = %s AND coupon_code = 'TEN' AND state IN ('pending', 'confirmed')"
    )
    assert used == shop.rows(held) == shop.rows("SELECT count(*) FROM orders_couponusage WHERE organization_id = %s")
    assert used[0][0] <= 9
    proof_record(threads=parallel, carts=total, server_errors=0)


@dataclass(frozen=True)
class Wish:
    """A cart that is to be ordered, and the key under which that is asked for until there is an answer."""

    cart: str
    method: str
    key: str


def test_whoever_was_cut_off_gets_one_order(
    home: House, rounds: Callable[[int], int], proof_record: Callable[..., None]
) -> None:
    """kill -9 of the API while many order: the same keys lead to one order each, and what nobody pays runs out."""
    shop, shoppers, each, kills = Shop.opened(home), 16, 3, rounds(divided(home, 20))
    total = shoppers * each * kills
    mug, jug = shop.product(total), shop.product(total * 2 // 3)
    carts = crowd(home, shoppers, partial(fill, shop, [mug, jug], each * kills))
    wishes = [
        [Wish(cart, luck.choice([CASH, TRANSFER]), str(uuid4())) for cart in row]
        for luck, row in ((random.Random(number), row) for number, row in enumerate(carts))
    ]
    answers: dict[Wish, Answer] = {}
    cut_off = 0
    for kill in range(kills):
        batch = [row[kill * each : (kill + 1) * each] for row in wishes]
        cut_off += _killed_while_ordering(shop, batch, answers, after=random.Random(kill).randint(1, shoppers))
    assert cut_off > 0, "nobody felt it: nothing was proved"

    placed = require_clean(list(answers.values()), "out_of_stock")
    states, methods = shop.orders(), Counter(made["payment_method"] for made in placed)
    assert len(answers) == total
    assert states == {"confirmed": methods[CASH], "pending": methods[TRANSFER]}
    assert len({made["id"] for made in placed}) == states.total()
    _require_the_same_again(shop, answers)
    assert shop.orders() == states
    assert agree(shop) == {
        product: (stocked - methods[CASH], methods[TRANSFER])
        for product, stocked in ((mug, total), (jug, total * 2 // 3))
    }
    run_python("-m", "tests.proofs.checkout_house", "8", env=home.env)
    assert shop.orders() == {"confirmed": methods[CASH], "cancelled": methods[TRANSFER]}
    assert agree(shop) == {
        product: (stocked - methods[CASH], 0) for product, stocked in ((mug, total), (jug, total * 2 // 3))
    }
    proof_record(kills=kills, keys=total, ordered_twice=0, lost=0, left_allocated=0)


def _killed_while_ordering(shop: Shop, batch: list[list[Wish]], answers: dict[Wish, Answer], *, after: int) -> int:
    """The API dies when it has answered so many, and comes back. Returns how often somebody was cut off."""
    answered = threading.Semaphore(0)

    def buy(connection: Connection, number: int) -> int:
        unanswered = 0
        for wish in batch[number]:
            until = monotonic() + PATIENCE
            while wish not in answers:
                assert monotonic() < until, wish
                try:
                    answer = order(shop, connection, wish.cart, method=wish.method, key=wish.key)
                except Unanswered:
                    unanswered += 1
                    sleep(0.05)
                    continue
                if answer.status == 409 and answer.json()["code"] == "idempotency_in_progress":
                    sleep(0.05)
                    continue
                answers[wish] = answer
                answered.release()
        return unanswered

    with ThreadPoolExecutor(1) as street:
        buying = street.submit(crowd, shop.home, len(batch), buy)
        for _ in range(after):
            assert answered.acquire(timeout=PATIENCE)
        shop.home.api.kill()
        shop.home.api = spawn_api(env=shop.home.env, log=shop.home.api.log, port=shop.home.api.port)
        wait_until_live(shop.home.api)
        return sum(buying.result())


def _require_the_same_again(shop: Shop, answers: dict[Wish, Answer]) -> None:
    """Whoever repeats their request is told of the same order."""
    connection = shop.home.connect()
    try:
        for wish, answer in answers.items():
            if answer.status == 201:
                again = order(shop, connection, wish.cart, method=wish.method, key=wish.key)
                assert (again.status, again.body) == (201, answer.body)
                assert "idempotent-replayed" in again.headers
    finally:
        connection.close()
