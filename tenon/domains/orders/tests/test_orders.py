"""The way of an order, as those who move it see it."""

from datetime import timedelta

import pytest

from tenon.domains.catalog.errors import OutOfStock
from tenon.domains.catalog.models import StockMovement
from tenon.domains.catalog.services import stock
from tenon.domains.catalog.services.stock import StockLine
from tenon.domains.catalog.tests.factories import level
from tenon.domains.orders.errors import (
    NotDeliveredYet,
    NotThatMany,
    OutOfSequence,
    PartlySent,
    PaymentOutstanding,
    TooLateToCancel,
    WrongState,
)
from tenon.domains.orders.models import Order, OrderItem, OrderTransition
from tenon.domains.orders.policies import Shopper
from tenon.domains.orders.selectors import orders as selectors
from tenon.domains.orders.selectors.ledger import faults
from tenon.domains.orders.services import expiry, notes, orders, returns, shipments
from tenon.domains.orders.services.shipments import Parcel, Portion
from tenon.domains.orders.tests.factories import (
    NOW,
    Shop,
    acting_as,
    add_member,
    make_user,
    system,
)
from tenon.kernel.errors import Forbidden, NotFound
from tenon.kernel.ids import new_id
from tenon.kernel.principal import ANONYMOUS, Principal, PrincipalKind
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity.tests import outbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return Shop()


def customer(order: Order) -> Shopper:
    return Shopper(Principal(PrincipalKind.USER, order.user_id))


def test_an_order_goes_from_pending_to_delivered(shop: Shop):
    order = shop.order(quantity=2, payment_method="bank_transfer")
    assert (shop.level().on_hand, shop.level().allocated) == (10, 2)
    orders.confirm_by_hand(principal=shop.staff, order_id=order.id, now=NOW)
    assert (shop.level().on_hand, shop.level().allocated) == (8, 0)
    orders.process(principal=shop.staff, order_id=order.id, now=NOW)
    shipments.ship(principal=shop.staff, order_id=order.id, parcel=Parcel("DHL", "42"), now=NOW)
    orders.deliver(principal=shop.staff, order_id=order.id, now=NOW)
    steps = selectors.transitions(shopper=Shopper(shop.staff), organization_id=shop.id, order_id=order.id)
    assert [step["target"] for step in steps] == ["confirmed", "processing", "shipped", "delivered"]
    told = [name for name in outbox.event_names() if name.startswith("order.")]
    assert told == ["order.confirmed", "order.processing", "order.shipped", "order.delivered"]
    with organization_scope(shop.id):
        assert list(faults()) == []


def test_a_card_is_not_confirmed_by_hand(shop: Shop):
    order = shop.order(payment_method="credit_card")
    with pytest.raises(PaymentOutstanding):
        orders.confirm_by_hand(principal=shop.staff, order_id=order.id, now=NOW)


@pytest.mark.parametrize("state", ["pending", "shipped", "delivered", "cancelled", "refunded"])
def test_there_is_no_other_step_than_the_table_has(shop: Shop, state: str):
    order = shop.order(state=state)
    with pytest.raises(WrongState) as refused:
        orders.process(principal=shop.staff, order_id=order.id, now=NOW)
    assert refused.value.extra["status"] == state
    with organization_scope(shop.id):
        assert not OrderTransition.objects.exists()


def test_who_has_not_the_word_moves_nothing(shop: Shop):
    order = shop.order()
    nobody = acting_as(add_member(shop.id), shop.id)
    with pytest.raises(Forbidden):
        orders.process(principal=nobody, order_id=order.id, now=NOW)
    with pytest.raises(NotFound):
        orders.cancel(shopper=Shopper(nobody), organization_id=shop.id, order_id=order.id, now=NOW)


def test_a_customer_cancels_while_nothing_is_packed(shop: Shop):
    order = shop.order(quantity=3, user=make_user())
    orders.cancel(shopper=customer(order), organization_id=shop.id, order_id=order.id, reason="Twice", now=NOW)
    assert (shop.level().on_hand, shop.level().allocated) == (10, 0)
    confirmed = shop.confirmed(quantity=3, user=make_user())
    assert shop.level().on_hand == 7
    orders.cancel(shopper=customer(confirmed), organization_id=shop.id, order_id=confirmed.id, now=NOW)
    assert (shop.level().on_hand, shop.level().allocated) == (10, 0)
    with organization_scope(shop.id):
        assert sum(StockMovement.objects.values_list("quantity_change", flat=True)) == 10
        assert list(faults()) == []


def test_a_customer_is_too_late_once_it_is_packed_and_staff_are_not(shop: Shop):
    order = shop.confirmed(user=make_user())
    orders.process(principal=shop.staff, order_id=order.id, now=NOW)
    with pytest.raises(TooLateToCancel):
        orders.cancel(shopper=customer(order), organization_id=shop.id, order_id=order.id, now=NOW)
    orders.cancel(shopper=Shopper(shop.staff), organization_id=shop.id, order_id=order.id, now=NOW)
    assert shop.state(order) == "cancelled"


def test_a_guest_cancels_with_the_token_of_that_order(shop: Shop):
    mine, other = shop.order(), shop.order()
    guest = Shopper(ANONYMOUS, guest_order_id=mine.id)
    orders.cancel(shopper=guest, organization_id=shop.id, order_id=mine.id, now=NOW)
    with pytest.raises(NotFound):
        orders.cancel(shopper=guest, organization_id=shop.id, order_id=other.id, now=NOW)


def test_parcels_are_partial_and_the_last_one_ships_the_order(shop: Shop):
    order = shop.confirmed(quantity=3)
    item = shop.item(order)
    shipments.ship(principal=shop.staff, order_id=order.id, parcel=Parcel(), portions=[Portion(item.id, 1)], now=NOW)
    assert shop.state(order) == "processing"
    with pytest.raises(PartlySent):
        orders.cancel(shopper=Shopper(shop.staff), organization_id=shop.id, order_id=order.id, now=NOW)
    with pytest.raises(NotThatMany):
        shipments.ship(
            principal=shop.staff, order_id=order.id, parcel=Parcel(), portions=[Portion(item.id, 3)], now=NOW
        )
    shipments.ship(principal=shop.staff, order_id=order.id, parcel=Parcel(), now=NOW)
    assert shop.state(order) == "shipped"
    parcels = selectors.shipments(shopper=Shopper(shop.staff), organization_id=shop.id, order_id=order.id)
    assert [parcel["items"][0]["quantity"] for parcel in parcels] == [1, 2]
    for parcel in parcels:
        shipments.receive(principal=shop.staff, order_id=order.id, shipment_id=parcel["id"], now=NOW)
    assert shop.state(order) == "delivered"


def test_tracking_of_an_order_that_was_not_sent_sends_it(shop: Shop):
    order = shop.confirmed()
    first = shipments.track(principal=shop.staff, order_id=order.id, parcel=Parcel("DHL", "1"), now=NOW)
    assert shop.state(order) == "shipped"
    assert shipments.track(principal=shop.staff, order_id=order.id, parcel=Parcel("", "2"), now=NOW) == first
    [parcel] = selectors.shipments(shopper=Shopper(shop.staff), organization_id=shop.id, order_id=order.id)
    assert (parcel["carrier"], parcel["tracking_number"]) == ("DHL", "2")


def test_goods_come_back_into_stock_once_and_what_broke_does_not(shop: Shop):
    order = shop.delivered(quantity=3, user=make_user())
    item = shop.item(order)
    ask = {"shopper": customer(order), "organization_id": shop.id, "order_id": order.id, "reason": "", "now": NOW}
    first = returns.request(**ask, portions=[Portion(item.id, 1)])
    with pytest.raises(NotThatMany):
        returns.request(**ask, portions=[Portion(item.id, 3)])
    second = returns.request(**ask, portions=[Portion(item.id, 2)])
    with pytest.raises(OutOfSequence):
        returns.receive(principal=shop.staff, order_id=order.id, return_id=first, now=NOW)
    for return_id in (first, second):
        returns.decide(principal=shop.staff, order_id=order.id, return_id=return_id, approved=True, now=NOW)
    returns.receive(principal=shop.staff, order_id=order.id, return_id=first, now=NOW)
    assert shop.level().on_hand == 8
    with pytest.raises(OutOfSequence):
        returns.receive(principal=shop.staff, order_id=order.id, return_id=first, now=NOW)
    returns.receive(principal=shop.staff, order_id=order.id, return_id=second, damaged=[item.id], now=NOW)
    assert shop.level().on_hand == 8
    assert shop.item(order).returned_quantity == 3


def test_what_has_not_arrived_cannot_come_back(shop: Shop):
    order = shop.confirmed(user=make_user())
    with pytest.raises(NotDeliveredYet):
        returns.request(
            shopper=customer(order), organization_id=shop.id, order_id=order.id, portions=[], reason="", now=NOW
        )


def test_notes_are_for_staff(shop: Shop):
    order = shop.order(user=make_user())
    notes.add(principal=shop.staff, order_id=order.id, body="Careful")
    shown = selectors.order(shopper=customer(order), organization_id=shop.id, order_id=order.id)
    assert "Careful" not in str(shown)
    assert [note["body"] for note in selectors.notes(organization_id=shop.id, order_id=order.id)] == ["Careful"]


def test_an_order_that_nobody_pays_runs_out_of_time_and_its_goods_are_free(shop: Shop):
    late, early = (
        shop.order(quantity=5, expires_at=NOW),
        shop.order(quantity=5, expires_at=NOW + timedelta(seconds=1)),
    )
    with organization_scope(shop.id), pytest.raises(OutOfStock):
        stock.reserve(lines=[StockLine(shop.product.id, None, 1)], reference=new_id(), until=None, now=NOW)
    assert expiry.expire(now=NOW) == 1
    assert expiry.expire(now=NOW) == 0
    assert (shop.state(late), shop.state(early)) == ("cancelled", "pending")
    assert shop.level().allocated == 5


def test_another_shop_knows_nothing_of_it(shop: Shop):
    order, other = shop.order(), Shop()
    with pytest.raises(NotFound):
        selectors.order(shopper=Shopper(other.staff), organization_id=other.id, order_id=order.id)
    with pytest.raises(NotFound):
        orders.process(principal=system(other.id), order_id=order.id, now=NOW)
    assert level(shop.product).allocated == 1
    with organization_scope(shop.id):
        assert OrderItem.objects.count() == 1
