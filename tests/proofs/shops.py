"""A shop in a deployment, whoever orders there over HTTP, and an onlooker who counts past the application."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID, uuid4

from tenon.testing.houses import House
from tenon.testing.parallel import Answer, Connection
from tenon.testing.servers import manage

T = TypeVar("T")
PATIENCE = 180  # seconds until everybody has their answer
TRANSFER, CASH = "bank_transfer", "cash_on_delivery"
ADDRESS = {
    "full_name": "Ada Lovelace",
    "line1": "12 St James's Square",
    "city": "London",
    "postal_code": "SW1Y 4JH",
    "country": "GB",
    "email": "ada@example.com",
}


@dataclass
class Shop:
    """An organization of its own in a deployment, with products, that anybody orders from."""

    home: House
    id: str
    token: str

    @classmethod
    def opened(cls, home: House) -> "Shop":
        owner = home.sign_up()
        made = home.call("POST", "/api/v1/organizations/", json={"name": "Acme"}, token=owner.access)
        return cls(home, made.json()["id"], owner.access)

    def ask(
        self, connection: Connection, path: str, body: object, *, key: str = "", headers: dict[str, str] | None = None
    ) -> Answer:
        """A POST, each under a key of its own unless one is given."""
        sent = {"X-Organization-ID": self.id, "Idempotency-Key": key or str(uuid4()), **(headers or {})}
        return connection.request("POST", f"/api/v1/{path}", json=body, headers=sent)

    def make(self, path: str, **fields: Any) -> str:
        """Something that staff make; returns its id."""
        connection = self.home.connect()
        try:
            made = self.ask(connection, path, fields, headers={"Authorization": f"Bearer {self.token}"})
        finally:
            connection.close()
        assert made.status == 201, made
        identity: str = made.json()["id"]
        return identity

    def product(self, stock: int) -> str:
        return self.make("products/", name="Mug", sku=f"MUG-{uuid4().hex[:8]}", price="24.99", stock=stock)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What the tables say; each `%s` is the organization."""
        return self.home.store.rows(statement, [UUID(self.id).hex] * statement.count("%s"))

    def orders(self) -> Counter[str]:
        """How many orders are in which state."""
        return Counter(
            dict(self.rows("SELECT state, count(*) FROM orders_order WHERE organization_id = %s GROUP BY 1"))
        )


def fill(shop: Shop, products: Sequence[str], count: int, connection: Connection, number: int) -> list[str]:
    """So many carts, each with one of every product, in the opposite order for every second shopper."""
    tokens = []
    for _ in range(count):
        token = ""
        for product in products if number % 2 else reversed(products):
            headers = {"X-Cart-Token": token} if token else {}
            added = shop.ask(connection, "cart/items/", {"product_id": product, "quantity": 1}, headers=headers)
            assert added.status == 201, added
            token = token or added.json()["token"]
        tokens.append(token)
    return tokens


def order(
    shop: Shop, connection: Connection, cart: str, *, method: str = CASH, key: str = "", coupon: str = ""
) -> Answer:
    """What becomes of a cart."""
    body: dict[str, object] = {"payment_method": method, "shipping_address": ADDRESS}
    if coupon:
        body["coupon_code"] = coupon
    return shop.ask(connection, "orders/", body, key=key, headers={"X-Cart-Token": cart})


def crowd(home: House, size: int, work: Callable[[Connection, int], T]) -> list[T]:
    """What each of so many comes to, who begin together, each on a connection of their own."""
    start = threading.Barrier(size, timeout=PATIENCE)

    def run(number: int) -> T:
        connection = home.connect()
        try:
            start.wait()
            return work(connection, number)
        finally:
            connection.close()

    with ThreadPoolExecutor(size) as pool:
        return list(pool.map(run, range(size)))


@dataclass
class Seen:
    """The least that was ever available, on hand and allocated, of anything in the shop."""

    looks: int = 0
    least: list[int] = field(default_factory=lambda: [10**9] * 3)


@contextmanager
def watched(shop: Shop) -> Iterator[Seen]:
    """An onlooker reads the stock over and over until the block ends."""
    seen, over = Seen(), threading.Event()
    levels = (
        "SELECT min(on_hand - allocated), min(on_hand), min(allocated) FROM catalog_stocklevel"
        " WHERE organization_id = %s"
    )

    def look() -> None:
        while True:
            seen.looks += 1
            seen.least = [min(pair) for pair in zip(seen.least, shop.rows(levels)[0], strict=True)]
            if over.wait(0.02):
                return

    onlooker = threading.Thread(target=look)
    onlooker.start()
    try:
        yield seen
    finally:
        over.set()
        onlooker.join()


def agree(shop: Shop) -> dict[str, tuple[int, int]]:
    """What is on hand and allocated of each thing: what has moved, and what is held; and the books are right."""
    statement = """
        SELECT item_id, on_hand, allocated,
          (SELECT coalesce(sum(quantity_change), 0) FROM catalog_stockmovement AS moved
            WHERE moved.product_id = level.item_id AND moved.organization_id = %s),
          (SELECT coalesce(sum(quantity), 0) FROM catalog_stockreservation AS held
            WHERE held.item_id = level.item_id AND held.state = 'held' AND held.organization_id = %s)
        FROM catalog_stocklevel AS level WHERE organization_id = %s"""
    levels = {}
    for item, on_hand, allocated, moved, held in shop.rows(statement):
        assert (on_hand, allocated) == (moved, held)
        assert 0 <= allocated <= on_hand
        levels[str(UUID(str(item)))] = (on_hand, allocated)
    assert "The books are right." in manage("verify_ledger", f"--organization={shop.id}", env=shop.home.env)
    return levels
