"""Stock, set aside, sold, put back and counted: what each call leaves behind, and what it refuses."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenon.domains.catalog.errors import OutOfStock, ReservationLost, StockSetAside
from tenon.domains.catalog.models import Product, ProductVariant, StockLevel, StockMovement, StockReservation
from tenon.domains.catalog.services import stock
from tenon.domains.catalog.services.stock import StockLine
from tenon.domains.catalog.tests.factories import (
    NOW,
    acting_as,
    add_member,
    level,
    make_organization,
    make_product,
    make_variant,
)
from tenon.kernel.errors import Forbidden, Invalid, NotFound
from tenon.kernel.ids import new_id
from tenon.kernel.outbox.models import Entry
from tenon.kernel.tenancy.scopes import organization_scope

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=15)


@pytest.fixture
def shop():
    return make_organization()


def line(item: Product | ProductVariant, quantity: int = 1) -> StockLine:
    if isinstance(item, ProductVariant):
        return StockLine(item.product_id, item.id, quantity)
    return StockLine(item.id, None, quantity)


def reserve(shop, *lines: StockLine, reference: UUID | None = None) -> UUID:
    made = reference or new_id()
    with organization_scope(shop.id):
        stock.reserve(lines=lines, reference=made, until=LATER, now=NOW)
    return made


def commit(shop, reference: UUID) -> None:
    with organization_scope(shop.id):
        stock.commit(reference=reference, now=NOW, actor_id=None)


def release(shop, reference: UUID) -> None:
    with organization_scope(shop.id):
        stock.release(reference=reference, now=NOW)


def put_back(shop, *lines: StockLine, reference: UUID, kind: str = "return") -> None:
    with organization_scope(shop.id):
        stock.put_back(lines=lines, reference=reference, now=NOW, actor_id=None, kind=kind)


def counts(item: Product | ProductVariant) -> tuple[int, int]:
    """What is on hand and what of it is set aside; the movements add up to the first."""
    found = level(item)
    with organization_scope(item.organization_id):
        variant = item.id if isinstance(item, ProductVariant) else None
        rows = StockMovement.objects.filter(product=found.product_id, variant=variant)
        assert sum(rows.values_list("quantity_change", flat=True)) == found.on_hand
    return found.on_hand, found.allocated


def states(shop) -> list[str]:
    with organization_scope(shop.id):
        return list(StockReservation.objects.order_by("pk").values_list("state", flat=True))


def told(name: str = "stock.low") -> list[dict]:
    return list(Entry.objects.filter(name=name).order_by("pk").values_list("payload", flat=True))


def test_what_is_reserved_is_set_aside_and_nothing_has_moved(shop):
    mug = make_product(shop.id, stock=10)
    reserve(shop, line(mug, 3))
    assert counts(mug) == (10, 3)


def test_what_is_sold_leaves_the_stock_with_a_movement_that_names_the_order(shop):
    mug, shirt = make_product(shop.id, stock=10), make_product(shop.id)
    small = make_variant(shirt, stock=4)
    order = reserve(shop, line(mug, 3), line(small, 1))
    commit(shop, order)
    assert (counts(mug), counts(small), counts(shirt)) == ((7, 0), (3, 0), (10, 0))
    with organization_scope(shop.id):
        sales = StockMovement.objects.filter(kind="sale").order_by("quantity_change")
        rows = list(sales.values_list("product_id", "variant_id", "quantity_change", "reference_kind", "reference_id"))
    assert rows == [(mug.id, None, -3, "order", order), (shirt.id, small.id, -1, "order", order)]


def test_an_order_is_sold_once_however_often_it_is_confirmed(shop):
    mug = make_product(shop.id, stock=10)
    order = reserve(shop, line(mug, 3))
    commit(shop, order)
    commit(shop, order)
    release(shop, order)
    reserve(shop, line(mug, 3), reference=order)
    assert counts(mug) == (7, 0)


def test_a_reference_reserves_once(shop):
    mug = make_product(shop.id, stock=10)
    order = reserve(shop, line(mug, 6))
    reserve(shop, line(mug, 6), reference=order)
    assert counts(mug) == (10, 6)


def test_lines_of_the_same_thing_are_one(shop):
    mug = make_product(shop.id, stock=10)
    order = reserve(shop, line(mug, 2), line(mug, 3))
    commit(shop, order)
    assert counts(mug) == (5, 0)


def test_what_is_released_is_free_again_once(shop):
    mug = make_product(shop.id, stock=10)
    order = reserve(shop, line(mug, 4))
    release(shop, order)
    release(shop, order)
    assert counts(mug) == (10, 0)


def test_what_was_released_is_not_sold_until_it_is_reserved_anew(shop):
    mug = make_product(shop.id, stock=10)
    order = reserve(shop, line(mug, 4))
    release(shop, order)
    with pytest.raises(ReservationLost):
        commit(shop, order)
    assert counts(mug) == (10, 0)
    reserve(shop, line(mug, 4), reference=order)
    commit(shop, order)
    assert counts(mug) == (6, 0)


def test_what_falls_short_is_named_line_by_line_and_nothing_is_held(shop):
    plenty, few, none = make_product(shop.id, stock=10), make_product(shop.id, stock=2), make_product(shop.id, stock=0)
    with pytest.raises(OutOfStock) as refusal:
        reserve(shop, line(plenty, 5), line(few, 3), line(none, 1))
    lines = sorted(refusal.value.extra["lines"], key=lambda each: each["requested"])
    assert lines == [
        {"product_id": none.id, "variant_id": None, "requested": 1, "available": 0},
        {"product_id": few.id, "variant_id": None, "requested": 3, "available": 2},
    ]
    assert [counts(each)[1] for each in (plenty, few, none)] == [0, 0, 0]
    assert states(shop) == []


def test_what_is_set_aside_for_one_is_not_there_for_another(shop):
    mug = make_product(shop.id, stock=10)
    reserve(shop, line(mug, 8))
    with pytest.raises(OutOfStock):
        reserve(shop, line(mug, 3))


def test_a_back_order_goes_below_nothing(shop):
    mug = make_product(shop.id, stock=1, allow_backorder=True)
    order = reserve(shop, line(mug, 3))
    assert counts(mug) == (1, 3)
    commit(shop, order)
    assert counts(mug) == (-2, 0)


def test_what_is_not_tracked_is_neither_held_nor_moved(shop):
    song, mug = make_product(shop.id, stock=0, track_inventory=False), make_product(shop.id, stock=2)
    order = reserve(shop, line(song, 500), line(mug, 1))
    commit(shop, order)
    put_back(shop, line(song, 500), line(mug, 1), reference=new_id())
    assert (counts(song), counts(mug)) == ((0, 0), (2, 0))
    only = reserve(shop, line(song))
    commit(shop, only)
    assert states(shop) == ["committed"]


def test_what_was_held_is_let_go_of_though_it_is_no_longer_tracked(shop):
    mug = make_product(shop.id, stock=5)
    order = reserve(shop, line(mug, 2))
    with organization_scope(shop.id):
        StockLevel.objects.filter(item_id=mug.id).update(track_inventory=False)
    release(shop, order)
    assert counts(mug) == (5, 0)


def test_what_the_catalog_does_not_have_is_not_found(shop):
    mug, shirt = make_product(shop.id), make_product(shop.id)
    small, elsewhere = make_variant(shirt), make_product(make_organization().id)
    for unknown in (StockLine(new_id(), None, 1), StockLine(mug.id, small.id, 1), line(elsewhere)):
        with pytest.raises(NotFound):
            reserve(shop, line(mug), unknown)
    assert counts(mug) == (10, 0)


def test_a_line_of_nothing_is_a_mistake(shop):
    with pytest.raises(ValueError, match="one thing or more"):
        reserve(shop, line(make_product(shop.id), 0))


def test_goods_come_back_once_for_a_return(shop):
    mug = make_product(shop.id, stock=10)
    commit(shop, reserve(shop, line(mug, 4)))
    first, second = new_id(), new_id()
    for reference in (first, first, second):
        put_back(shop, line(mug, 1), reference=reference)
    assert counts(mug) == (8, 0)


def test_what_the_catalog_has_no_more_is_passed_over_when_it_comes_back(shop):
    mug = make_product(shop.id, stock=10)
    put_back(shop, line(mug, 1), StockLine(new_id(), None, 1), reference=new_id())
    assert counts(mug) == (11, 0)


def test_low_stock_is_told_when_it_comes_down_to_its_minimum_and_not_again_below(shop):
    mug = make_product(shop.id, stock=10, min_stock_level=5)
    reserve(shop, line(mug, 4))
    assert told() == []
    order = reserve(shop, line(mug, 2))
    reserve(shop, line(mug, 1))
    commit(shop, order)
    [payload] = told()
    assert payload == {
        "organization_id": str(shop.id),
        "actor_id": None,
        "product_id": str(mug.id),
        "variant_id": None,
        "sku": mug.sku,
        "available": 4,
        "min_stock_level": 5,
    }


def test_low_stock_is_told_again_after_there_was_more(shop):
    shirt = make_product(shop.id)
    small = make_variant(shirt, stock=6)
    for _ in range(2):
        release(shop, reserve(shop, line(small, 1)))
    assert [(each["variant_id"], each["sku"], each["available"]) for each in told()] == [
        (str(small.id), small.sku, 5),
        (str(small.id), small.sku, 5),
    ]


def test_what_runs_out_or_is_there_again_is_a_change_that_shoppers_see(shop):
    mug = make_product(shop.id, stock=3)
    seen = "stock.availability_changed"
    reserve(shop, line(mug, 2))
    assert told(seen) == []
    order = reserve(shop, line(mug, 1))
    commit(shop, order)
    put_back(shop, line(mug, 1), reference=new_id())
    assert [each["is_available"] for each in told(seen)] == [False, True]


def test_overdue_reservations_are_released_for_every_organization(shop):
    other = make_organization()
    mug, cup, jug = make_product(shop.id), make_product(other.id), make_product(shop.id)
    reserve(shop, line(mug, 2), line(jug, 1))
    reserve(other, line(cup, 3))
    with organization_scope(shop.id):
        stock.reserve(lines=[line(jug, 4)], reference=new_id(), until=None, now=NOW)
    assert stock.release_overdue(now=LATER - timedelta(seconds=1)) == 0
    assert stock.release_overdue(now=LATER) == 3
    assert stock.release_overdue(now=LATER) == 0
    assert (counts(mug), counts(cup), counts(jug)) == ((10, 0), (10, 0), (10, 4))


def test_settled_reservations_are_forgotten_after_their_time_and_held_ones_never(shop):
    mug = make_product(shop.id)
    commit(shop, reserve(shop, line(mug, 1)))
    reserve(shop, line(mug, 1))
    assert stock.purge(now=NOW) == 0
    after = NOW.replace(year=NOW.year + 100)
    assert stock.purge(now=after) == 1
    assert states(shop) == ["held"]


def statements(shop, call) -> int:
    with (
        organization_scope(shop.id),
        CaptureQueriesContext(
            connection,
        ) as queries,
    ):
        call()
    return len([each for each in queries if not each["sql"].startswith(("SAVEPOINT", "RELEASE"))])


@pytest.mark.parametrize("number", [1, 20])
def test_the_number_of_statements_does_not_depend_on_the_number_of_lines(shop, number):
    lines = [line(make_product(shop.id, stock=100), 1 + position) for position in range(number)]
    order = new_id()
    assert statements(shop, lambda: stock.reserve(lines=lines, reference=order, until=LATER, now=NOW)) == 4
    assert statements(shop, lambda: stock.commit(reference=order, now=NOW, actor_id=None)) == 5
    assert statements(shop, lambda: stock.put_back(lines=lines, reference=new_id(), now=NOW, actor_id=None)) == 4
    reserve(shop, *lines, reference=(other := new_id()))
    assert statements(shop, lambda: stock.release(reference=other, now=NOW)) == 4


def adjust(shop, item: Product, person=None, **how) -> object:
    values = {"variant_id": None, "kind": "adjustment", "now": NOW, **how}
    who = acting_as(person or shop.owner_id, shop.id)
    return stock.adjust(principal=who, product_id=item.id, **values)


def test_goods_that_come_in_are_a_movement_that_is_told_and_audited(shop):
    mug = make_product(shop.id, stock=10)
    made = adjust(shop, mug, change=40, kind="purchase", note="From the potter")
    assert counts(mug) == (50, 0)
    assert (made.quantity_change, made.kind, made.reference_kind, made.note) == (
        40,
        "purchase",
        "manual",
        "From the potter",
    )
    assert made.actor_id == shop.owner_id
    [payload] = told("stock.adjusted")
    assert (payload["quantity_change"], payload["on_hand"]) == (40, 50)


def test_stock_is_counted_anew(shop):
    mug = make_product(shop.id, stock=10)
    assert adjust(shop, mug, to=7).quantity_change == -3
    assert adjust(shop, mug, to=7) is None
    assert counts(mug) == (7, 0)
    assert [each["quantity_change"] for each in told("stock.adjusted")] == [-3]


def test_a_variant_is_counted_by_itself(shop):
    shirt = make_product(shop.id, stock=0)
    small = make_variant(shirt, stock=4)
    adjust(shop, shirt, variant_id=small.id, change=-1, kind="damage")
    assert (counts(small), counts(shirt)) == ((3, 0), (0, 0))
    with pytest.raises(NotFound):
        adjust(shop, make_product(shop.id), variant_id=small.id, change=1)


def test_what_is_set_aside_is_not_taken_away(shop):
    mug = make_product(shop.id, stock=10)
    reserve(shop, line(mug, 8))
    with pytest.raises(StockSetAside):
        adjust(shop, mug, to=7)
    adjust(shop, mug, change=-2, kind="damage")
    assert counts(mug) == (8, 8)


@pytest.mark.parametrize(("kind", "change"), [("purchase", -1), ("return", -1), ("damage", 1), ("sale", 1)])
def test_a_movement_goes_the_way_of_its_kind(shop, kind, change):
    with pytest.raises(Invalid) as refusal:
        adjust(shop, make_product(shop.id), change=change, kind=kind)
    assert refusal.value.errors[0].pointer == "/quantity_change"


def test_there_is_an_end_to_what_can_be_counted(shop):
    mug = make_product(shop.id, stock=10)
    with pytest.raises(Invalid):
        adjust(shop, mug, change=1_000_000_000)


def test_only_who_manages_stock_changes_it(shop):
    mug = make_product(shop.id)
    with pytest.raises(Forbidden):
        adjust(shop, mug, person=add_member(shop.id), change=1)
    adjust(shop, mug, person=add_member(shop.id, role="shop_manager"), change=1)
    with pytest.raises(NotFound):
        adjust(make_organization(), mug, change=1)
