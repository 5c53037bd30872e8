"""Orders over HTTP: what shoppers see of their own, what staff do, and what neither may."""

from uuid import UUID

import pytest

from tenon.domains.orders.api import bodies, serializers
from tenon.domains.orders.api.shoppers import HEADER
from tenon.domains.orders.engines.guests import order_of, token_of
from tenon.domains.orders.models import Order
from tenon.domains.orders.tests.factories import Shop, make_user
from tenon.domains.orders.tests.shoppers import Shopper as Guest
from tenon.kernel import clock
from tenon.kernel.ids import new_id
from tenon.platform.identity.models import User
from tenon.platform.identity.tests.factories import start_session
from tenon.testing.client import Answer, Api
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db

BASE = "/api/v1/orders/"


@pytest.fixture
def shop() -> Shop:
    return Shop()


def api_of(person: User | UUID | None) -> Api:
    if person is None:
        return Api()
    user = person if isinstance(person, User) else User.objects.get(pk=person)
    return Api(token=start_session(user, now=clock.now()).access)


class Browser:
    """Somebody in the shop."""

    def __init__(self, shop: Shop, person: User | UUID | None = None, token: str = "") -> None:
        self.api = api_of(person)
        self.headers = {"X-Organization-ID": str(shop.id), **({HEADER: token} if token else {})}

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        return self.api.request(method, BASE + path, body, headers={**self.headers, **headers})

    def get(self, path: str = "") -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, body: object = None, **headers: str) -> Answer:
        return self.ask("POST", path, {} if body is None else body, **headers)


def staff_of(shop: Shop) -> Browser:
    assert shop.staff.id is not None
    return Browser(shop, shop.staff.id)


def numbers(answer: Answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return sorted(row["number"] for row in answer.json()["data"])


def test_everybody_sees_their_own_and_staff_see_all(shop: Shop):
    ada, bob = make_user(), make_user()
    shop.order(user=ada, number="KAS-A")
    shop.order(user=bob, number="KAS-B")
    guests = shop.order(number="KAS-G")
    assert numbers(Browser(shop, ada).get()) == ["KAS-A"]
    assert numbers(Browser(shop, bob).get("my_orders/")) == ["KAS-B"]
    assert numbers(Browser(shop).get()) == []
    assert numbers(Browser(shop, token=token_of(guests.id)).get()) == ["KAS-G"]
    assert numbers(staff_of(shop).get()) == ["KAS-A", "KAS-B", "KAS-G"]
    assert numbers(staff_of(shop).get("my_orders/")) == []


def test_an_order_is_shown_to_whose_it_is_alone(shop: Shop):
    ada = make_user()
    order = shop.order(user=ada, quantity=2)
    shown = Browser(shop, ada).get(f"{order.id}/")
    assert shown.status_code == 200
    body = shown.json()
    assert (body["status"], body["total_amount"]) == ("pending", "20.00")
    assert body["total_amount_money"] == {"amount": 2000, "currency": "USD"}
    assert body["items"][0]["price"] == "10.00"
    for stranger in (Browser(shop, make_user()), Browser(shop), Browser(shop, token=token_of(order.id))):
        assert stranger.get(f"{order.id}/").status_code == 404


def test_a_guest_has_a_token_for_one_order(shop: Shop):
    mine, other = shop.order(), shop.order()
    guest = Browser(shop, token=token_of(mine.id))
    assert guest.get(f"{mine.id}/").status_code == 200
    assert guest.get(f"{other.id}/").status_code == 404
    assert guest.post(f"{mine.id}/cancellation/", {"reason": "Twice"}).json()["status"] == "cancelled"


@pytest.mark.parametrize("token", ["", "x", "é", "A" * 64, token_of(UUID(int=7))[:-4] + "AAAA"])
def test_what_is_no_token_is_nobodys(token: str):
    assert order_of(token) is None


def test_bodies_and_documentation_say_the_same(shop: Shop):
    order = shop.delivered(user=make_user())
    shop.returned(order)
    staff = staff_of(shop)
    body = staff.get(f"{order.id}/").json()
    assert set(body) == set(serializers.OrderSerializer().fields)
    assert set(body["items"][0]) == set(serializers.OrderItemSerializer().fields)
    assert set(body["shipments"][0]) == set(serializers.ShipmentSerializer().fields)
    assert set(staff.get().json()["data"][0]) == set(serializers.OrderSummarySerializer().fields)
    assert set(staff.get(f"{order.id}/returns/").json()["data"][0]) == set(serializers.ReturnSerializer().fields)
    steps = staff.get(f"{order.id}/transitions/").json()["data"]
    assert set(steps[0]) == set(serializers.TransitionSerializer().fields)
    assert bodies.listed is not None


def test_staff_take_an_order_all_the_way(shop: Shop):
    order, staff = shop.order(payment_method="bank_transfer", quantity=2), staff_of(shop)
    path = f"{order.id}/"
    assert staff.post(f"{path}delivery/").json()["code"] == "wrong_state"
    assert staff.post(f"{path}confirmation/").json()["status"] == "confirmed"
    assert staff.post(f"{path}processing/").json()["status"] == "processing"
    item = str(shop.item(order).id)
    sent = staff.post(f"{path}shipments/", {"carrier": "DHL", "items": [{"item_id": item, "quantity": 1}]})
    assert sent.status_code == 201
    assert staff.post(f"{path}shipments/", {"items": [{"item_id": item, "quantity": 2}]}).json()["code"] == (
        "not_that_many"
    )
    assert len(staff.post(f"{path}shipments/").json()["data"]) == 2
    [first, second] = staff.get(f"{path}shipments/").json()["data"]
    tracked = staff.ask("PATCH", f"{path}shipments/{first['id']}/", {"tracking_number": "42"})
    assert tracked.json()["tracking_number"] == "42"
    for parcel in (first, second):
        assert staff.post(f"{path}shipments/{parcel['id']}/delivery/").status_code == 200
    assert staff.get(path).json()["status"] == "delivered"
    steps = [row["to_status"] for row in staff.get(f"{path}transitions/").json()["data"]]
    assert steps == ["confirmed", "processing", "shipped", "delivered"]


def test_the_older_verbs_do_the_same(shop: Shop):
    order, staff = shop.order(payment_method="bank_transfer"), staff_of(shop)
    for status in ("confirmed", "processing"):
        assert staff.post(f"{order.id}/update_status/", {"status": status}).json()["status"] == status
    tracked = staff.post(f"{order.id}/add_tracking/", {"tracking_number": "42", "carrier": "DHL", "else": 1})
    assert (tracked.json()["status"], tracked.json()["tracking_number"]) == ("shipped", "42")
    assert staff.post(f"{order.id}/update_status/", {"status": "delivered"}).json()["status"] == "delivered"
    assert staff.post(f"{order.id}/update_status/", {"status": "paid"}).status_code == 400
    other = shop.order()
    assert staff.post(f"{other.id}/cancel/").json()["status"] == "cancelled"


def test_a_customer_asks_to_send_back_and_staff_decide(shop: Shop):
    ada = make_user()
    order, staff = shop.delivered(user=ada), staff_of(shop)
    wanted = {"items": [{"item_id": str(shop.item(order).id), "quantity": 1}], "reason": "Too bright"}
    asked = Browser(shop, ada).post(f"{order.id}/returns/", wanted)
    assert asked.status_code == 201
    path = f"{order.id}/returns/{asked.json()['id']}/"
    assert Browser(shop, ada).ask("PATCH", path, {"status": "approved"}).status_code == 404
    assert staff.ask("PATCH", path, {"status": "received"}).json()["code"] == "return_decided"
    assert staff.ask("PATCH", path, {"status": "approved"}).json()["status"] == "approved"
    assert staff.ask("PATCH", path, {"status": "received"}).json()["received_at"] is not None
    assert shop.level().on_hand == 10


def test_notes_never_reach_the_customer(shop: Shop):
    ada = make_user()
    order = shop.order(user=ada)
    made = staff_of(shop).post(f"{order.id}/notes/", {"body": "A secret of the house"})
    assert made.status_code == 201
    browser = Browser(shop, ada)
    assert browser.get(f"{order.id}/notes/").status_code == 404
    for path in ("", f"{order.id}/", f"{order.id}/transitions/", f"{order.id}/shipments/"):
        assert "A secret of the house" not in browser.get(path).content.decode()


def test_customers_are_not_told_who_moved_their_order(shop: Shop):
    ada = make_user()
    order = shop.confirmed(user=ada)
    [step] = Browser(shop, ada).get(f"{order.id}/transitions/").json()["data"]
    assert step["actor_id"] is None
    [step] = staff_of(shop).get(f"{order.id}/transitions/").json()["data"]
    assert step["actor_id"] == str(shop.staff.id)


def test_what_moves_an_order_asks_for_the_version_that_was_read(shop: Shop):
    order, staff = shop.order(payment_method="bank_transfer"), staff_of(shop)
    tag = staff.get(f"{order.id}/")["ETag"]
    assert staff.post(f"{order.id}/confirmation/", None, **{"If-Match": tag}).status_code == 200
    assert staff.post(f"{order.id}/processing/", None, **{"If-Match": tag}).status_code == 412
    fresh = staff.get(f"{order.id}/")["ETag"]
    assert staff.ask("GET", f"{order.id}/", **{"If-None-Match": fresh}).status_code == 304


def test_lists_are_filtered_and_sorted(shop: Shop):
    staff = staff_of(shop)
    shop.order(number="KAS-1", price=500)
    shop.order(number="KAS-2", price=1500, payment_method="bank_transfer")
    shop.order(number="KAS-3", state="cancelled")
    assert numbers(staff.get("?filter[status]=cancelled")) == ["KAS-3"]
    assert numbers(staff.get("?filter[payment_method]=bank_transfer")) == ["KAS-2"]
    assert numbers(staff.get("?filter[number][prefix]=KAS-")) == ["KAS-1", "KAS-2", "KAS-3"]
    rows = staff.get("?sort=-total_amount&limit=2").json()
    assert [row["number"] for row in rows["data"]] == ["KAS-2", "KAS-3"]
    assert rows["meta"]["total"] == 3
    assert staff.get("?filter[secret]=1").status_code == 400


def test_numbers_count_what_is_shown(shop: Shop):
    ada = make_user()
    shop.order(user=ada)
    shop.order()
    assert Browser(shop, ada).get("stats/").json()["total_count"] == 1
    found = staff_of(shop).get("stats/").json()
    assert (found["total_count"], found["by_status"]) == (2, {"pending": 2})


@pytest.mark.parametrize(("path", "most"), [("", 2), ("{id}/", 4)])
def test_reads_cost_no_more_for_more(shop: Shop, path: str, most: int):
    ada = make_user()
    order: Order = shop.delivered(user=ada)
    for _ in range(3):
        shop.order(user=ada)
    browser = Browser(shop, ada)
    browser.get()
    # Beside those of finding out who asks, and where.
    with query_budget(most + _asked_before(browser)):
        assert browser.get(path.format(id=order.id)).status_code == 200


def _asked_before(browser: Browser) -> int:
    with query_budget(100) as seen:
        assert browser.get(f"{new_id()}/").status_code == 404
    return len(seen) - 1


ADDRESS_IN_US = {
    "full_name": "Ada Lovelace",
    "line1": "1 Main St",
    "city": "Springfield",
    "postal_code": "62701",
    "country": "US",
    "email": "ada@example.com",
}
BY_TRANSFER = {"shipping_address": ADDRESS_IN_US, "payment_method": "bank_transfer"}


def filled(shop: Shop, quantity: int = 1) -> dict[str, str]:
    """The token of a guest's cart with the shop's product in it."""
    guest = Guest(shop)
    guest.add(shop.product, quantity, now=clock.now())
    return {"X-Cart-Token": guest.holder.token}


@pytest.mark.parametrize("path", [BASE, "/api/v1/cart/checkout/"])
def test_a_guest_orders_and_finds_the_order_again(shop: Shop, path: str):
    guest, cart = Browser(shop), filled(shop, 2)
    missing = guest.api.post(path, BY_TRANSFER, headers={**guest.headers, **cart})
    assert (missing.status_code, missing.json()["code"]) == (400, "idempotency_key_missing")
    headers = {**guest.headers, **cart, "Idempotency-Key": "once"}
    placed = guest.api.post(path, BY_TRANSFER, headers=headers)
    assert placed.status_code == 201, placed.content
    body = placed.json()
    assert set(body) == set(serializers.PlacedOrderSerializer().fields)
    assert (body["status"], body["total_amount"]) == ("pending", "20.00")
    again = guest.api.post(path, BY_TRANSFER, headers=headers)
    assert (again.content, again["Idempotent-Replayed"]) == (placed.content, "true")
    assert shop.level().allocated == 2
    found = Browser(shop, token=body["order_token"]).get(f"{body['id']}/")
    assert (found.status_code, found["ETag"]) == (200, placed["ETag"])
    empty = guest.api.post(path, BY_TRANSFER, headers={**headers, "Idempotency-Key": "twice"})
    assert (empty.status_code, empty.json()["code"]) == (400, "empty_cart")


@pytest.mark.parametrize(
    ("field", "value"), [("country", "USA"), ("country", "ZZ"), ("country", "us"), ("email", '"ada"@example.com')]
)
def test_a_bad_address_is_named(shop: Shop, field: str, value: str):
    guest, cart = Browser(shop), filled(shop)
    wishes = {**BY_TRANSFER, "shipping_address": {**ADDRESS_IN_US, field: value}}
    answer = guest.post("", wishes, **cart, **{"Idempotency-Key": "once"})
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/shipping_address/{field}"]


def test_too_many_are_refused_by_what_is_there(shop: Shop):
    guest, first, second = Browser(shop), filled(shop, 6), filled(shop, 6)
    assert guest.post("", BY_TRANSFER, **first, **{"Idempotency-Key": "a"}).status_code == 201
    refused = guest.post("", BY_TRANSFER, **second, **{"Idempotency-Key": "a2"})
    assert (refused.status_code, refused.json()["code"]) == (409, "out_of_stock")
    assert refused.json()["lines"][0]["available"] == 4
