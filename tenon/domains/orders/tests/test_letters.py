"""What customers are told of their orders."""

import pytest

from tenon.domains.orders.engines.guests import token_of
from tenon.domains.orders.events import (
    OrderCancelled,
    OrderConfirmed,
    OrderDelivered,
    OrderPlaced,
    OrderShipped,
    PaymentRefunded,
)
from tenon.domains.orders.handlers import (
    tell_of_arrival,
    tell_of_cancellation,
    tell_of_confirmation,
    tell_of_order,
    tell_of_parcel,
    tell_of_refund,
)
from tenon.domains.orders.models import Order
from tenon.domains.orders.tests.factories import Shop, make_user
from tenon.kernel.ids import new_id
from tenon.platform.identity.tests import outbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return Shop()


def placed(order: Order) -> OrderPlaced:
    about = (order.belongs_to, None, order.id, order.number, order.user_id)
    return OrderPlaced(*about, total_amount=1000, currency="USD", payment_method="credit_card")


def test_a_guest_is_written_to_with_a_way_back_to_the_order(shop: Shop):
    order = shop.order(email="ada@example.com")
    tell_of_order(placed(order))
    [letter] = outbox.letters()
    assert (letter.template, letter.to) == ("notification", "ada@example.com")
    assert order.number in letter.context["message"]
    assert "10.00 USD" in letter.context["message"]
    assert letter.context["url"].endswith(f"/orders/{order.id}#token={token_of(order.id)}")


def test_a_person_is_told_as_they_wish(shop: Shop):
    order = shop.order(user=make_user(is_verified=True))
    tell_of_order(placed(order))
    assert outbox.letters() == []
    [told] = outbox.jobs("notifications.deliver")
    assert (told["type_name"], told["recipient_ids"]) == ("orders.placed", [str(order.user_id)])


def test_an_account_without_a_verified_address_is_written_to_at_the_orders(shop: Shop):
    order = shop.order(user=make_user(is_verified=False), email="ada@example.com")
    tell_of_order(placed(order))
    [letter] = outbox.letters()
    assert "token=" not in letter.context["url"]


def test_every_step_has_its_words(shop: Shop):
    order = shop.order()
    about = (shop.id, None, order.id, order.number, None)
    tell_of_confirmation(OrderConfirmed(*about))
    tell_of_parcel(OrderShipped(*about, new_id(), "DHL", "42", complete=True))
    tell_of_arrival(OrderDelivered(*about, product_ids=()))
    tell_of_cancellation(OrderCancelled(*about, cause="customer", reason="Twice"))
    tell_of_refund(PaymentRefunded(*about, new_id(), "stripe", 500, "USD", refund_id=new_id()))
    messages = [letter.context["message"] for letter in outbox.letters()]
    assert len(set(messages)) == 5
    assert "DHL 42" in messages[1]
    assert "Twice" in messages[3]
    assert "5.00 USD" in messages[4]


def test_an_order_that_is_nobodys_any_more_tells_nobody(shop: Shop):
    tell_of_order(placed(shop.order(email="")))
    assert outbox.letters() == []
