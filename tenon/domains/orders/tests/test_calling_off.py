"""Payments that were called off before we knew the provider's name for them; and what was paid twice, in the books."""

import pytest

from tenon.domains.orders.clients.errors import ProviderUnavailable
from tenon.domains.orders.errors import WrongState
from tenon.domains.orders.models import Order, Payment
from tenon.domains.orders.policies import Shopper
from tenon.domains.orders.services import notices, orders, payments, refunds
from tenon.domains.orders.services.ledger import balances
from tenon.domains.orders.tests.paying import NOW, Shop
from tenon.kernel.ids import new_id
from tenon.kernel.outbox.relay import drain
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.testing.stripe_server import signed


def begun_unheard(shop: Shop, order: Order, key) -> str:
    """Begin to pay, get no answer, and cancel the order meanwhile. Returns the intent that was made nevertheless."""
    before = set(shop.stripe.account.intents)
    shop.stripe.lose_answers()
    with pytest.raises(ProviderUnavailable):
        shop.start(order, key=key)
    shop.stripe.behave()
    (intent,) = set(shop.stripe.account.intents) - before
    orders.cancel(
        shopper=Shopper(shop.staff), organization_id=shop.organization.id, order_id=order.id, reason="", now=NOW
    )
    drain()
    assert shop.stripe.account.intents[intent]["status"] == "requires_payment_method"
    return intent


def state(shop: Shop, order: Order) -> str:
    with organization_scope(shop.organization.id, read_only=True):
        return Payment.objects.get(order=order).state


def books(shop: Shop, order: Order) -> dict[str, int]:
    with organization_scope(shop.organization.id, read_only=True):
        return {account: balance for account, balance in balances(order.id).items() if balance}


def test_the_provider_hears_of_it_when_the_request_is_repeated(shop: Shop):
    order, key = shop.order(), new_id()
    intent = begun_unheard(shop, order, key)
    with pytest.raises(WrongState):
        shop.start(order, key=key)
    drain()
    assert shop.stripe.account.intents[intent]["status"] == "canceled"
    assert state(shop, order) == "cancelled"


def test_the_provider_hears_of_it_when_a_notice_names_the_payment(shop: Shop):
    order = shop.order()
    intent = begun_unheard(shop, order, new_id())
    (event,) = (each for each in shop.stripe.account.events if each["data"]["object"]["id"] == intent)
    body, headers = signed(event, shop.stripe.notices.secret)
    notices.take(body=body, signature=headers["Stripe-Signature"])
    drain()
    assert shop.stripe.account.intents[intent]["status"] == "canceled"
    assert state(shop, order) == "cancelled"


def paid_twice(shop: Shop) -> tuple[Order, Payment]:
    """By hand and by card; the order, and the payment by card."""
    order = shop.order()
    started = shop.start(order)
    payments.receive(principal=shop.staff, order_id=order.id, now=NOW)
    shop.stripe.account.confirm(started.payment.reference)
    shop.confirm(started.payment.id)
    drain()
    with organization_scope(shop.organization.id, read_only=True):
        return shop.fresh(order), Payment.objects.get(pk=started.payment.id)


def test_what_was_paid_twice_was_owed_and_is_no_loss(shop: Shop):
    order, _payment = paid_twice(shop)
    assert books(shop, order) == {"cash": 3412, "sales": -3412}
    shop.refund(order, 1000)
    assert books(shop, order) == {"cash": 2412, "sales": -3412, "refunds": 1000}


def test_what_was_paid_twice_and_comes_back_is_owed_again(shop: Shop):
    order, payment = paid_twice(shop)
    (refund,) = shop.stripe.account.refunds_of(payment.reference)
    shop.stripe.account.finish_refund(refund["id"], succeed=False)
    refunds.compare(organization_id=shop.organization.id, payment_id=payment.id, now=NOW)
    assert books(shop, order) == {"cash": 2 * 3412, "receivable": -3412, "sales": -3412}
    shop.refund(order, 3412, payment_id=payment.id)
    assert books(shop, order) == {"cash": 3412, "sales": -3412}


def test_a_refund_that_comes_back_to_an_order_that_was_cancelled_is_owed(shop: Shop):
    order, started = shop.paid()
    shop.refund(order, 1000)
    assert books(shop, order) == {"cash": 2412, "sales": -3412, "refunds": 1000}
    (refund,) = shop.stripe.account.refunds_of(started.payment.reference)
    orders.cancel(shopper=Shopper(shop.staff), organization_id=shop.organization.id, order_id=order.id, now=NOW)
    drain()
    shop.stripe.account.finish_refund(refund["id"], succeed=False)
    refunds.compare(organization_id=shop.organization.id, payment_id=started.payment.id, now=NOW)
    assert books(shop, order) == {"cash": 1000, "receivable": -1000}
