"""Carts over HTTP: guests and persons, the resource and the older verbs."""

import pytest

from tenon.domains.orders.tests.carts import make_cart_item
from tenon.domains.orders.tests.factories import (
    make_coupon,
    make_organization,
    make_product,
    make_shipping_method,
    make_tax_rate,
    make_user,
)
from tenon.kernel import clock
from tenon.kernel.ids import new_id
from tenon.platform.identity.tests.factories import start_session
from tenon.testing.client import Api
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db
CART, ITEMS, COUPON = "/api/v1/cart/", "/api/v1/cart/items/", "/api/v1/cart/coupon/"


class Visitor:
    """Somebody in one shop, who sends along the token that they were given."""

    def __init__(self, shop, *, user=None, token=""):
        self.api = Api(token=start_session(user, now=clock.now()).access if user else "")
        self.headers = {"X-Organization-ID": str(shop.id)}
        if token:
            self.headers["X-Cart-Token"] = token

    def ask(self, method, path, body=None):
        answer = self.api.request(method, path, body, headers=self.headers)
        if token := answer.headers.get("X-Cart-Token"):
            self.headers["X-Cart-Token"] = token
        return answer

    def add(self, product, quantity=1):
        return self.ask("POST", ITEMS, {"product_id": str(product.id), "quantity": quantity})


@pytest.fixture
def store():
    return make_organization(country="US", currency="USD")


@pytest.fixture
def thing(store):
    return make_product(store.id, stock=10)


@pytest.fixture
def guest(store):
    return Visitor(store)


@pytest.fixture
def person(store):
    return Visitor(store, user=make_user())


def test_a_guest_fills_a_cart_and_finds_it_by_its_token(store, thing, guest):
    make_tax_rate(store.id, millionths=107_500, applies_to_shipping=False)
    make_shipping_method(store.id, code="ground", price_amount=644)
    assert guest.ask("GET", CART).json()["items"] == []
    answer = guest.add(thing)
    body = answer.json()
    assert (answer.status_code, body["token"]) == (201, answer.headers["X-Cart-Token"])
    assert (body["total_amount"], body["total_amount_money"]) == ("34.12", {"amount": 3412, "currency": "USD"})
    assert (body["tax_amount"], body["shipping_cost"], body["shipping_method"]) == ("2.69", "6.44", "ground")
    assert body["taxes"][0]["rate"] == "10.75"
    again = guest.ask("GET", CART)
    assert again.json() == {**body, "token": None}
    assert again.headers["Cache-Control"] == "no-store"
    assert Visitor(store).ask("GET", CART).json()["id"] is None
    assert Visitor(make_organization(), token=body["token"]).ask("GET", CART).json()["id"] is None


def test_a_guest_signs_in_and_keeps_the_cart(store, thing, guest):
    token = guest.add(thing, 2).json()["token"]
    user = make_user()
    person = Visitor(store, user=user, token=token)
    assert person.ask("GET", CART).json()["item_count"] == 2
    assert person.ask("GET", CART).json()["user"] == str(user.id)
    assert guest.ask("GET", CART).json()["id"] is None


def test_lines_are_changed_and_removed_by_their_id(thing, person):
    item = person.add(thing, 2).json()["items"][0]["id"]
    assert person.ask("PATCH", f"{ITEMS}{item}/", {"quantity": 3}).json()["item_count"] == 3
    assert person.ask("PATCH", f"{ITEMS}{item}/", {"quantity": 11}).json()["code"] == "out_of_stock"
    assert person.ask("DELETE", f"{ITEMS}{item}/").json()["items"] == []
    gone = person.ask("PATCH", f"{ITEMS}{item}/", {"quantity": 1})
    assert (gone.status_code, gone.json()["code"]) == (404, "item_not_in_cart")
    person.add(thing)
    assert person.ask("DELETE", CART).json()["item_count"] == 0


def test_the_line_of_somebody_else_is_not_there(store, person):
    item = make_cart_item(store.id, make_user().id)
    for method, body in (("PATCH", {"quantity": 1}), ("DELETE", None)):
        assert person.ask(method, f"{ITEMS}{item.id}/", body).status_code == 404


def test_the_older_verbs_do_the_same(thing, person):
    named = {"product_id": str(thing.id)}
    added = person.ask(
        "POST", "/api/v1/cart/add_item/", {**named, "variant_id": None, "quantity": 2, "more": "ignored"}
    )
    assert (added.status_code, added.json()["item_count"], added.json()["total_amount"]) == (200, 2, "49.98")
    assert person.ask("GET", "/api/v1/cart/my_cart/").json()["items"][0]["subtotal"] == "49.98"
    assert person.ask("PATCH", "/api/v1/cart/update_item/", {**named, "quantity": 5}).json()["item_count"] == 5
    assert person.ask("PATCH", "/api/v1/cart/update_item/", {**named, "quantity": 0}).json()["items"] == []
    for method, path, body in (
        ("PATCH", "/api/v1/cart/update_item/", {**named, "quantity": 1}),
        ("DELETE", "/api/v1/cart/remove_item/", named),
        ("DELETE", f"/api/v1/cart/remove_item/?product_id={thing.id}", None),
    ):
        assert person.ask(method, path, body).status_code == 404
    for body, query in ((named, ""), (None, f"?product_id={thing.id}")):
        person.add(thing)
        assert person.ask("DELETE", f"/api/v1/cart/remove_item/{query}", body).json()["items"] == []
    person.add(thing)
    assert person.ask("DELETE", "/api/v1/cart/clear/").json()["items"] == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/product_id"),
        ({"product_id": "lamp"}, "/product_id"),
        ({"product_id": str(new_id()), "quantity": 0}, "/quantity"),
        ({"product_id": str(new_id()), "quantity": -1}, "/quantity"),
        ({"product_id": str(new_id()), "quantity": 10_000}, "/quantity"),
        ({"product_id": str(new_id()), "quantity": 2**70}, "/quantity"),
        ({"product_id": str(new_id()), "quantity": "2"}, "/quantity"),
        ({"product_id": str(new_id()), "quantity": 1.5}, "/quantity"),
        ({"product_id": str(new_id()), "price": "0.01"}, "/price"),
    ],
)
def test_bad_input_is_named(guest, body, pointer):
    answer = guest.ask("POST", ITEMS, body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_what_is_not_sold_here_is_not_found(store, guest):
    foreign = make_product(make_organization().id)
    inactive = make_product(store.id, is_active=False)
    for each in (foreign, inactive):
        assert guest.add(each).status_code == 404
    assert guest.ask("GET", CART).json()["id"] is None


def test_a_price_beyond_all_sums_is_refused_and_changes_nothing(store, guest):
    dear = make_product(store.id, price_amount=2**62, track_inventory=False)
    answer = guest.add(dear, 3)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_amount")
    assert guest.ask("GET", CART).json()["id"] is None


def test_notices_say_what_has_changed(store, thing, guest):
    from tenon.domains.orders.tests.test_cart_prices import change

    guest.add(thing)
    change(thing, price_amount=3000)
    notice = guest.ask("GET", CART).json()["items"][0]["notices"][0]
    assert (notice["code"], notice["was"], notice["was_money"]["amount"]) == ("price_changed", "24.99", 2499)
    change(thing, is_active=False)
    line = guest.ask("GET", CART).json()["items"][0]
    assert (line["notices"][0]["code"], line["price"], line["price_money"]) == ("unavailable", None, None)


def test_coupons_are_used_refused_and_taken_out(store, thing, guest):
    make_coupon(store.id, code="TEN")
    assert guest.ask("PUT", COUPON, {"code": "ten"}).json()["code"] == "empty_cart"
    guest.add(thing)
    used = guest.ask("PUT", COUPON, {"code": " ten "}).json()
    assert (used["coupon"]["code"], used["discount_amount"]) == ("TEN", "2.50")
    refused = guest.ask("PUT", COUPON, {"code": "eleven"})
    assert (refused.status_code, refused.json()["code"], refused.json()["reason"]) == (422, "coupon_refused", "unknown")
    assert refused.json()["detail"] == "There is no such coupon."
    assert guest.ask("DELETE", COUPON).json()["coupon"] is None


def test_a_coupon_is_asked_about_by_the_older_verb(store, thing, guest):
    make_coupon(store.id, code="TEN")
    make_coupon(store.id, code="HIDDEN", is_active=False)
    path = "/api/v1/orders/validate_coupon/"
    valid = guest.ask("POST", path, {"code": "ten"}).json()
    assert (valid["valid"], valid["coupon"]["code"], valid["discount_amount"]) == (True, "TEN", None)
    guest.add(thing)
    assert guest.ask("POST", path, {"code": "ten"}).json()["discount_amount_money"]["amount"] == 250
    for code in ("hidden", "never"):
        bad = guest.ask("POST", path, {"code": code}).json()
        assert (bad["valid"], bad["coupon"], bad["reason"], bad["error"]) == (
            False,
            None,
            "unknown",
            "There is no such coupon.",
        )
    assert guest.ask("POST", path, {}).status_code == 400


def test_where_it_goes_and_how_is_said(store, thing, person):
    make_shipping_method(store.id, code="standard")
    make_shipping_method(store.id, code="abroad", price_amount=1599, except_countries=["US"], position=1)
    person.add(thing)
    assert [each["code"] for each in person.ask("GET", CART).json()["shipping_options"]] == ["standard"]
    there = person.ask("PATCH", CART, {"country": "DE", "shipping_method": "abroad"}).json()
    assert (there["country"], there["shipping_method"], there["shipping_cost"]) == ("DE", "abroad", "15.99")
    home = person.ask("PATCH", CART, {"country": "US"}).json()
    assert ([each["code"] for each in home["notices"]], home["ready"]) == (["shipping_unavailable"], False)
    refused = person.ask("PATCH", CART, {"shipping_method": "abroad"})
    assert (refused.status_code, refused.json()["code"]) == (422, "shipping_unavailable")
    assert person.ask("PATCH", CART, {"country": "XX"}).status_code == 400


def test_a_line_put_in_twice_with_one_key_is_put_in_once(thing, guest):
    guest.add(thing)
    guest.headers["Idempotency-Key"] = "one-and-the-same"
    for _ in range(2):
        assert guest.add(thing).json()["item_count"] == 2


def test_a_cart_costs_few_queries(store, thing, guest):
    make_shipping_method(store.id)
    make_tax_rate(store.id)
    for _ in range(4):
        guest.add(make_product(store.id))
    with query_budget(9):
        guest.ask("GET", CART)
