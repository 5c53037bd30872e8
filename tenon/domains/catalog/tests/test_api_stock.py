"""The routes of stock: what they answer, what they refuse, and what they cost."""

from datetime import timedelta

import pytest

from tenon.domains.catalog.services import stock
from tenon.domains.catalog.services.stock import StockLine
from tenon.domains.catalog.tests.factories import (
    NOW,
    add_member,
    level,
    make_organization,
    make_product,
    make_user,
    make_variant,
)
from tenon.kernel.ids import new_id
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.organizations.tests.people import signed_in
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db
MOVEMENTS = "/api/v1/stock-movements/"


@pytest.fixture
def owner():
    return make_user()


@pytest.fixture
def shop(owner):
    return make_organization(owner)


@pytest.fixture
def api(owner, shop):
    """The owner's browser."""
    return signed_in(owner)


@pytest.fixture
def mug(shop):
    return make_product(shop.id, stock=10)


def hold(shop, product, quantity: int) -> None:
    with organization_scope(shop.id):
        lines = [StockLine(product.id, None, quantity)]
        stock.reserve(lines=lines, reference=new_id(), until=NOW + timedelta(hours=1), now=NOW)


def faults(answer) -> dict[str, str]:
    return {fault["pointer"]: fault["code"] for fault in answer.json()["errors"]}


def test_goods_that_come_in_are_a_movement(api, mug):
    new = {"product_id": str(mug.id), "kind": "purchase", "quantity_change": 40, "note": "From the potter"}
    answer = api.post(MOVEMENTS, new)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert {name: made[name] for name in new} == new
    assert (made["variant_id"], made["reference_kind"]) == (None, "manual")
    assert level(mug).on_hand == 50
    listed = api.get(f"/api/v1/products/{mug.id}/stock-movements/").json()["data"]
    assert listed[0] == made
    assert [row["quantity_change"] for row in listed] == [40, 10]


def test_a_movement_with_a_key_moves_once(api, mug):
    new = {"product_id": str(mug.id), "kind": "damage", "quantity_change": -1}
    answers = [api.post(MOVEMENTS, new, headers={"Idempotency-Key": "broken-1"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert level(mug).on_hand == 9


@pytest.mark.parametrize(
    ("wrong", "pointer", "code"),
    [
        ({"quantity_change": 0}, "/quantity_change", "nothing_moved"),
        ({"quantity_change": "4"}, "/quantity_change", "invalid"),
        ({"quantity_change": 10**12}, "/quantity_change", "max_value"),
        ({"quantity_change": 1, "kind": "damage"}, "/quantity_change", "wrong_direction"),
        ({"quantity_change": 10**9}, "/quantity_change", "too_large"),
        ({"kind": "theft"}, "/kind", "invalid_choice"),
        ({"product_id": "mug"}, "/product_id", "invalid"),
        ({"price": 1}, "/price", "unknown_field"),
    ],
)
def test_a_movement_that_makes_no_sense_is_refused(api, mug, wrong, pointer, code):
    answer = api.post(MOVEMENTS, {"product_id": str(mug.id), "kind": "adjustment", "quantity_change": 1, **wrong})
    assert answer.status_code == 400
    assert faults(answer) == {pointer: code}
    assert level(mug).on_hand == 10


def test_what_is_set_aside_is_not_moved(api, shop, mug):
    hold(shop, mug, 8)
    answer = api.post(MOVEMENTS, {"product_id": str(mug.id), "kind": "damage", "quantity_change": -3})
    assert (answer.status_code, answer.json()["code"]) == (409, "stock_set_aside")
    assert (answer.json()["on_hand"], answer.json()["allocated"]) == (10, 8)


def test_movements_are_found_by_kind_thing_and_order(api, shop, mug):
    cup = make_product(shop.id, stock=1)
    order = new_id()
    with organization_scope(shop.id):
        lines = [StockLine(mug.id, None, 2), StockLine(cup.id, None, 1)]
        stock.reserve(lines=lines, reference=order, until=None, now=NOW)
        stock.commit(reference=order, now=NOW, actor_id=None)

    def found(query: str) -> list[tuple[str, int]]:
        rows = api.get(f"{MOVEMENTS}?{query}").json()["data"]
        return sorted((row["product_id"], row["quantity_change"]) for row in rows)

    sold = sorted([(str(mug.id), -2), (str(cup.id), -1)])
    assert found("filter[kind]=sale") == found(f"filter[reference]={order}") == sold
    assert found(f"filter[product]={cup.id}&filter[kind]=purchase") == [(str(cup.id), 1)]
    assert api.get(f"{MOVEMENTS}stats/").json()["total_count"] == 4


def test_what_there_is_of_a_product_and_its_variants(api, shop, mug):
    hold(shop, mug, 3)
    blue = make_variant(mug, stock=4)
    rows = api.get(f"/api/v1/products/{mug.id}/stock/").json()["data"]
    assert [(row["variant_id"], row["on_hand"], row["allocated"], row["available"]) for row in rows] == [
        (None, 10, 3, 7),
        (str(blue.id), 4, 0, 4),
    ]


def test_members_without_the_word_and_strangers_change_nothing(shop, mug):
    body = {"product_id": str(mug.id), "kind": "purchase", "quantity_change": 1}
    assert signed_in(add_member(shop.id)).post(MOVEMENTS, body).status_code == 403
    stranger = make_user()
    make_organization(stranger)
    assert signed_in(stranger).post(MOVEMENTS, body).status_code == 404
    assert signed_in(stranger).get(f"/api/v1/products/{mug.id}/stock-movements/").status_code == 404
    assert level(mug).on_hand == 10


def test_lists_cost_the_same_however_long_they_are(api, shop, mug):
    for _ in range(15):
        make_product(shop.id)
    api.get(MOVEMENTS)
    with query_budget(9):
        assert len(api.get(MOVEMENTS).json()["data"]) == 16
