"""The routes of wishlists: a shopper's own, and those that somebody shares."""

import pytest

from tenon.domains.catalog.services import wishlists
from tenon.domains.catalog.tests.factories import make_organization, make_product, make_user, make_variant
from tenon.domains.catalog.tests.test_api_reviews import Visitor
from tenon.platform.organizations.tests.people import signed_in
from tenon.testing.client import Api
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db
LISTS = "/api/v1/wishlists/"


@pytest.fixture
def shop():
    return make_organization()


@pytest.fixture
def mug(shop):
    return make_product(shop.id, name="Mug", stock=3)


@pytest.fixture
def ada(shop):
    return Visitor(shop, signed_in(make_user()))


@pytest.fixture
def kitchen(ada):
    """The address of a list of hers."""
    return ada.request("POST", LISTS, {"name": "For the kitchen"})["Location"]


def put(who, where: str, product, **more):
    return who.request("POST", f"{where}items/", {"product_id": str(product.id), **more})


def test_lists_are_made_renamed_and_deleted(ada, kitchen):
    answer = ada.request("PATCH", kitchen, {"name": "Kitchen"})
    assert (answer.json()["name"], answer.json()["is_default"], answer.json()["item_count"]) == ("Kitchen", False, 0)
    [listed] = ada.request("GET", LISTS).json()["data"]
    assert listed == answer.json() == ada.request("GET", kitchen).json()
    assert ada.request("GET", f"{LISTS}stats/").json()["total_count"] == 1
    assert ada.request("DELETE", kitchen).status_code == 204
    assert ada.request("GET", kitchen).status_code == 404


def test_a_name_is_taken_once_by_each_person(shop, ada, kitchen):
    answer = ada.request("POST", LISTS, {"name": "For the kitchen"})
    assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")
    other = ada.request("POST", LISTS, {"name": "For the garden"})["Location"]
    assert ada.request("PATCH", other, {"name": "For the kitchen"}).status_code == 409
    assert Visitor(shop, signed_in(make_user())).request("POST", LISTS, {"name": "For the kitchen"}).status_code == 201


def test_what_is_wished_for_is_shown_as_it_is_offered(ada, kitchen, mug):
    blue = make_variant(mug, name="Blue", stock=0, price_amount=2999)
    put(ada, kitchen, mug)
    answer = put(ada, kitchen, mug, variant_id=str(blue.id), note="This one")
    assert answer.status_code == 201, answer.content
    rows = ada.request("GET", f"{kitchen}items/").json()["data"]
    assert rows[0] == answer.json()
    assert (rows[0]["name"], rows[0]["variant_name"], rows[0]["note"]) == ("Mug", "Blue", "This one")
    assert (rows[0]["price"], rows[0]["price_money"]) == ("29.99", {"amount": 2999, "currency": "USD"})
    assert [row["can_be_bought"] for row in rows] == [False, False]  # there is no blue one, and a mug is bought as one


def test_what_is_there_already_is_not_put_there_twice(ada, kitchen, mug):
    first, second = put(ada, kitchen, mug, note="One"), put(ada, kitchen, mug, note="Two")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert first.json()["can_be_bought"] is True


def test_the_default_list_is_made_when_it_is_needed(ada, mug, shop):
    for product in (mug, make_product(shop.id)):
        assert put(ada, f"{LISTS}default/", product).status_code == 201
    [made] = ada.request("GET", LISTS).json()["data"]
    assert (made["is_default"], made["item_count"]) == (True, 2)


def test_what_is_not_offered_is_not_wished_for(ada, kitchen, shop, mug):
    for product in (make_product(shop.id, is_active=False), make_product(make_organization().id)):
        assert put(ada, kitchen, product).status_code == 404
    assert put(ada, kitchen, make_product(shop.id), variant_id=str(make_variant(mug).id)).status_code == 404


def test_something_is_taken_off_a_list(ada, kitchen, mug):
    made = put(ada, kitchen, mug).json()
    where = f"{kitchen}items/{made['id']}/"
    assert [ada.request("DELETE", where).status_code for _ in range(2)] == [204, 404]


def test_nobody_else_reads_or_changes_a_list(shop, ada, kitchen, mug):
    made = put(ada, kitchen, mug).json()
    other, guest = Visitor(shop, signed_in(make_user())), Visitor(shop, Api())
    tries = [
        ("GET", kitchen, None),
        ("PATCH", kitchen, {"name": "Mine"}),
        ("DELETE", kitchen, None),
        ("GET", f"{kitchen}items/", None),
        ("POST", f"{kitchen}items/", {"product_id": str(mug.id)}),
        ("DELETE", f"{kitchen}items/{made['id']}/", None),
        ("POST", f"{kitchen}sharing/", {}),
        ("DELETE", f"{kitchen}sharing/", None),
    ]
    for method, path, body in tries:
        assert other.request(method, path, body).status_code == 404, (method, path)
        assert guest.request(method, path, body).status_code == 401, (method, path)
    assert guest.request("GET", LISTS).status_code == 401


def test_a_shared_list_is_read_by_who_has_the_secret_until_it_is_shared_no_more(shop, ada, kitchen, mug):
    put(ada, kitchen, mug, note="For my birthday")
    guest = Visitor(shop, Api())
    first, second = (ada.request("POST", f"{kitchen}sharing/", {}).json()["secret"] for _ in range(2))
    assert ada.request("GET", kitchen).json()["is_shared"] is True
    [row] = guest.request("GET", f"{LISTS}shared/{second}/").json()["data"]
    assert (row["name"], row["note"]) == ("Mug", "")
    assert guest.request("GET", f"{LISTS}shared/{first}/").status_code == 404
    assert Visitor(make_organization(), Api()).request("GET", f"{LISTS}shared/{second}/").status_code == 404
    assert ada.request("DELETE", f"{kitchen}sharing/").status_code == 204
    assert guest.request("GET", f"{LISTS}shared/{second}/").status_code == 404


def test_there_is_an_end_to_lists_and_to_what_is_on_them(ada, kitchen, shop, mug, monkeypatch):
    monkeypatch.setattr(wishlists, "MOST_LISTS", 1)
    monkeypatch.setattr(wishlists, "MOST_ITEMS", 1)
    assert ada.request("POST", LISTS, {"name": "Another"}).json()["code"] == "too_many"
    put(ada, kitchen, mug)
    assert put(ada, kitchen, make_product(shop.id)).json()["code"] == "too_many"


def test_a_list_costs_the_same_however_long_it_is(ada, kitchen, shop):
    for _ in range(12):
        put(ada, kitchen, make_product(shop.id))
    ada.request("GET", f"{kitchen}items/")
    with query_budget(8):
        assert len(ada.request("GET", f"{kitchen}items/").json()["data"]) == 12
