"""Money is taken once and given back once: while the browser and the provider race, and while the API is killed."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any

import pytest

from tenon.testing.houses import House, Person
from tenon.testing.parallel import Answer, Connection, Crowd, Request, Unanswered
from tenon.testing.servers import run_python, spawn_api, wait_for, wait_until_live
from tenon.testing.stripe_server import Call, HangUp, StripeServer, stripe_server
from tenon.testing.stripe_server.faults import Fault

AMOUNT = 3412
BROWSERS = 2  # that confirm the same payment at once, beside the notices
AT_ONCE = 4  # requests that the API answers at a time
PATIENCE = 180  # seconds
OpenHouse = Callable[..., House]


@pytest.fixture
def stripe() -> Iterator[StripeServer]:
    with stripe_server() as running:
        yield running


@dataclass
class Shop:
    """A deployment with orders that wait for their payment, and the stand-in that takes it."""

    home: House
    stripe: StripeServer
    owner: Person
    id: str
    orders: list[str]

    def headers(self, key: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.owner.access}", "X-Organization-ID": self.id, "Idempotency-Key": key}

    def post(self, path: str, json: object = None, *, key: str = "") -> Request:
        headers = self.headers(key)
        if not key:
            del headers["Idempotency-Key"]
        return Request("POST", f"/api/v1/{path}", json=json or {}, headers=headers)

    def ask(self, request: Request) -> Answer:
        connection = Connection(self.home.api.port)
        try:
            return connection.exchange(request)
        finally:
            connection.close()

    def start(self, order: str) -> tuple[str, str]:
        """The payment of an order, and its name at the provider."""
        answer = self.ask(self.post(f"orders/{order}/payments/", key=f"pay-{order}"))
        assert answer.status == 201, answer
        body = answer.json()
        return body["id"], body["client_secret"].partition("_secret_")[0]

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        return self.home.store.rows(statement)

    def settled(self) -> None:
        """Wait until nothing is on its way, neither notices nor jobs."""
        self.stripe.notices.wait(PATIENCE)
        jobs = ("place_notice", "look_into_notice", "carry_out_refund", "call_off_payments")
        named = ", ".join(f"'orders.{job}'" for job in jobs)
        waiting = f"SELECT count(*) FROM outbox_entry WHERE delivered_at IS NULL AND name IN ({named})"
        wait_for(lambda: self.rows(waiting) == [(0,)], "the jobs", seconds=PATIENCE)


@pytest.fixture
def open_shop(open_house: OpenHouse, stripe: StripeServer) -> Callable[[str, int], Shop]:
    def start(engine: str, count: int) -> Shop:
        home = open_house(
            engine,
            STRIPE_SECRET_KEY=stripe.secret_key,
            STRIPE_WEBHOOK_SECRET=stripe.notices.secret,
            STRIPE_API_BASE=stripe.url,
            ALLOW_IN_PRODUCTION="sqlite,unlimited_login,plain_payments",
            JWT_ACCESS_TOKEN_LIFETIME="240",
        )
        owner = home.sign_up()
        made = home.call("POST", "/api/v1/organizations/", json={"name": "Acme"}, token=owner.access)
        printed = run_python("-m", "tests.proofs.payments_house", made.json()["id"], owner.id, str(count), env=home.env)
        stripe.notices.url = f"{home.api.url}/api/v1/payments/stripe/webhook/"
        return Shop(home, stripe, owner, made.json()["id"], printed.split())

    return start


def unreliable(chance: random.Random) -> Callable[[dict[str, Any]], tuple[float, ...]]:
    """Each notice up to three times, in any order, late; one in ten never."""

    def plan(event: dict[str, Any]) -> tuple[float, ...]:
        copies = chance.choice([0, 1, 1, 1, 1, 2, 2, 2, 2, 3])
        return tuple(chance.choice([0.0, 0.0, chance.uniform(0, 0.5)]) for _ in range(copies))

    return plan


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_the_browser_races_the_provider(
    engine: str,
    open_shop: Callable[[str, int], Shop],
    rounds: Callable[[int], int],
    proof_record: Callable[..., None],
) -> None:
    """Two browsers and unreliable notices tell of the same payment; a third of the payments fails first."""
    count = rounds(1000)
    shop = open_shop(engine, count)
    shop.stripe.notices.plan = unreliable(random.Random(7))
    met: Counter[int] = Counter()
    failed = 0
    with Crowd(shop.home.api.port, BROWSERS) as browsers:
        for number, order in enumerate(shop.orders):
            payment, intent = shop.start(order)
            if number % 3 == 0:
                failed += 1
                with pytest.raises(Fault):
                    shop.stripe.account.confirm(intent, "pm_card_chargeDeclined")
                shop.ask(shop.post(f"payments/{payment}/confirmation/"))
                assert shop.start(order) == (payment, intent)
            shop.stripe.account.confirm(intent)
            answers = browsers.fire(shop.post(f"payments/{payment}/confirmation/"))
            met.update(answer.status for answer in answers)
            assert {answer.json()["status"] for answer in answers} == {"captured"}
    shop.settled()

    assert set(met) == {200}
    one_each = [(1, count)]
    captured = "SELECT order_id, count(*) AS times FROM orders_payment WHERE state = 'captured' GROUP BY order_id"
    assert shop.rows(f"SELECT times, count(*) FROM ({captured}) AS each_order GROUP BY times") == one_each
    assert shop.rows("SELECT count(*) FROM orders_payment") == [(count,)]
    booked = "SELECT order_id, count(DISTINCT transaction_id) AS times, sum(amount) AS rest FROM orders_ledgerentry"
    for kind in ("capture", "sale"):
        whole = f"{booked} WHERE kind = '{kind}' GROUP BY order_id"
        found = shop.rows(f"SELECT times, rest, count(*) FROM ({whole}) AS each_order GROUP BY times, rest")
        assert [(times, int(rest), orders) for times, rest, orders in found] == [(1, 0, count)]
    states = shop.rows("SELECT state, payment_status, count(*) FROM orders_order GROUP BY state, payment_status")
    assert states == [("confirmed", "paid", count)]
    for event in ("payment.captured", "order.confirmed"):
        told = f"SELECT aggregate, count(*) AS times FROM outbox_entry WHERE name = '{event}' GROUP BY aggregate"
        assert shop.rows(f"SELECT times, count(*) FROM ({told}) AS each_order GROUP BY times") == one_each
    assert shop.rows("SELECT count(*) FROM catalog_stockmovement WHERE kind = 'sale'") == [(count,)]
    assert shop.rows("SELECT on_hand, allocated FROM catalog_stocklevel") == [(0, 0)]
    failures = shop.rows("SELECT count(*) FROM orders_paymentattempt WHERE state = 'failed'")
    assert failures == [(failed,)], "each failed attempt once, whoever told of it"
    assert sum(intent["amount_received"] for intent in shop.stripe.account.intents.values()) == count * AMOUNT
    assert len(shop.stripe.account.intents) == count
    proof_record(orders=count, captures=count, failed_first=failed, confirmed_twice=0)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_no_refund_is_made_twice(
    engine: str,
    open_shop: Callable[[str, int], Shop],
    rounds: Callable[[int], int],
    proof_record: Callable[..., None],
) -> None:
    """kill -9 of the API while the provider makes the refund, or is about to: repeated by its key, it is one refund."""
    kills = max(1, rounds(4))
    shop = open_shop(engine, kills * AT_ONCE)
    intents = {}
    for order in shop.orders:
        payment, intents[order] = shop.start(order)
        shop.stripe.account.confirm(intents[order])
        assert shop.ask(shop.post(f"payments/{payment}/confirmation/")).json()["status"] == "captured"
    for kill in range(kills):
        batch = shop.orders[kill * AT_ONCE : (kill + 1) * AT_ONCE]
        _killed_while_asking(shop, batch)
        answers = [_answered(shop, order) for order in batch]
        assert {answer.json()["status"] for answer in answers} == {"succeeded"}
    shop.settled()

    for order, intent in intents.items():
        assert [each["amount"] for each in shop.stripe.account.refunds_of(intent)] == [1000], order
    count = len(shop.orders)
    assert shop.rows("SELECT state, amount, count(*) FROM orders_refund GROUP BY state, amount") == [
        ("succeeded", 1000, count)
    ]
    assert shop.rows("SELECT DISTINCT captured_amount, refunded_amount FROM orders_order") == [(AMOUNT, 1000)]
    booked = shop.rows("SELECT account, sum(amount) FROM orders_ledgerentry WHERE kind = 'refund' GROUP BY account")
    assert {account: int(amount) for account, amount in booked} == {"cash": -1000 * count, "refunds": 1000 * count}
    proof_record(refunds=count, kills=kills, made_twice=0)


def _refund(shop: Shop, order: str) -> Request:
    return shop.post(f"orders/{order}/refunds/", {"amount": "10.00"}, key=f"refund-{order}")


def _killed_while_asking(shop: Shop, batch: list[str]) -> None:
    """The API dies while refunds are at the provider: half of them had their effect, the others had not yet."""
    arrived, over = threading.Semaphore(0), threading.Event()
    turns = iter(range(len(batch)))
    lock = threading.Lock()
    waits_after: set[str] = set()

    def before(call: Call) -> None:
        if call.path == "/v1/refunds" and call.method == "POST":
            with lock:
                late = next(turns) % 2 == 0
            if late:
                waits_after.add(call.key)
            else:
                hold(call)

    def hold(call: Call) -> None:
        arrived.release()
        over.wait(PATIENCE)
        raise HangUp

    def after(call: Call) -> None:
        if call.key in waits_after:
            hold(call)

    shop.stripe.before, shop.stripe.after = before, after
    asking = [threading.Thread(target=_ask_in_vain, args=(shop, order)) for order in batch]
    for thread in asking:
        thread.start()
    assert arrived.acquire(timeout=PATIENCE), "no refund came to the provider"
    # A worker with fewer threads than connections lets some wait: these die before they have begun.
    for _ in batch[1:]:
        arrived.acquire(timeout=2)
    shop.home.api.kill()
    shop.stripe.behave()
    over.set()
    for thread in asking:
        thread.join()
    # As if the ninety seconds had passed for which the dead hold their keys.
    shop.rows("UPDATE idempotency_record SET claimed_until = created_at WHERE claimed_until IS NOT NULL")
    shop.home.api = spawn_api(env=shop.home.env, log=shop.home.api.log, port=shop.home.api.port)
    wait_until_live(shop.home.api)


def _ask_in_vain(shop: Shop, order: str) -> None:
    with suppress(Unanswered):
        shop.ask(_refund(shop, order))


def _answered(shop: Shop, order: str) -> Answer:
    """The answer, once the key that the dead process held is free."""
    until = monotonic() + PATIENCE
    while (answer := shop.ask(_refund(shop, order))).status == 409:
        assert monotonic() < until, answer
        sleep(1)
    assert answer.status == 201, answer
    return answer
