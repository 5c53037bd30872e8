"""Giving money back: whole, in parts, once, and never more than was taken."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tenon.domains.orders.clients.errors import ProviderUnavailable
from tenon.domains.orders.errors import NothingToRefund, RefundRefused, RefundTooLarge
from tenon.domains.orders.models import Payment, Refund
from tenon.domains.orders.services import payments, reconciling, refunds
from tenon.domains.orders.services.turns import order_turn
from tenon.domains.orders.tests.paying import NOW, Shop, in_steps, told
from tenon.kernel import clock
from tenon.kernel.errors import Forbidden, NotFound
from tenon.kernel.ids import new_id
from tenon.kernel.money import CurrencyMismatch, Money
from tenon.kernel.outbox.relay import drain
from tenon.kernel.tenancy.scopes import organization_scope


def at_provider(shop: Shop, started) -> list[int]:
    return [each["amount"] for each in shop.stripe.account.refunds_of(started.payment.reference)][::-1]


def test_parts_add_up_to_what_was_taken(shop: Shop):
    order, started = shop.paid()
    first = shop.refund(order, 1000, reason="A scratch")
    assert (first.state, first.amount, first.reason) == ("succeeded", 1000, "A scratch")
    assert shop.fresh(order).payment_status == "partially_refunded"
    with pytest.raises(RefundTooLarge) as refusal:
        shop.refund(order, 2413)
    assert refusal.value.extra == {"refundable": {"amount": 2412, "currency": "USD"}}
    shop.refund(order, 1412)
    rest = shop.refund(order)
    assert rest.amount == 1000
    found = shop.fresh(order)
    assert (found.payment_status, found.refunded_amount) == ("refunded", 3412)
    assert at_provider(shop, started) == [1000, 1412, 1000]
    with pytest.raises(RefundTooLarge):
        shop.refund(order)
    assert [event["amount"] for event in told("payment.refunded")] == [1000, 1412, 1000]
    assert len(told("order.refunded")) == 1
    assert shop.booked(order)[("refund", "cash")] == -3412


def test_a_delivered_order_that_is_given_back_is_refunded(shop: Shop):
    order, _ = shop.paid()
    with order_turn(shop.organization.id, order.id) as locked:
        locked.state = "delivered"
        locked.save(update_fields=["state"])
    shop.refund(order)
    assert shop.fresh(order).state == "refunded"


def test_what_was_never_paid_cannot_be_given_back(shop: Shop):
    order = shop.order()
    with pytest.raises(NothingToRefund):
        shop.refund(order, 1)
    shop.start(order)
    with pytest.raises(NothingToRefund):
        shop.refund(order)


def test_who_may_not_and_what_may_not(shop: Shop):
    order, started = shop.paid()
    person = shop.shopper.principal
    with pytest.raises(Forbidden):
        in_steps(lambda step: refunds.refund(operation=step, principal=person, order_id=order.id, now=NOW))
    with pytest.raises(NotFound):
        Shop(shop.stripe).refund(order)
    with pytest.raises(NothingToRefund):
        shop.refund(order, payment_id=new_id())
    euros = Money(100, "EUR")
    with pytest.raises(CurrencyMismatch):
        in_steps(
            lambda step: refunds.refund(operation=step, principal=shop.staff, order_id=order.id, amount=euros, now=NOW)
        )
    for amount in (0, -5):
        with pytest.raises(RefundTooLarge):
            shop.refund(order, amount)
    assert at_provider(shop, started) == []


def test_an_answer_that_is_lost_is_heard_the_second_time(shop: Shop):
    order, started = shop.paid()
    key = new_id()
    shop.stripe.lose_answers()
    with pytest.raises(ProviderUnavailable):
        shop.refund(order, 1000, key=key)
    with pytest.raises(RefundTooLarge):
        shop.refund(order, 2413)
    shop.stripe.behave()
    assert shop.refund(order, 1000, key=key).state == "succeeded"
    assert at_provider(shop, started) == [1000]
    assert shop.fresh(order).refunded_amount == 1000


def test_a_refund_that_nobody_asks_for_again_is_made_by_the_round(shop: Shop):
    order, started = shop.paid()
    shop.stripe.lose_answers()
    with pytest.raises(ProviderUnavailable):
        shop.refund(order, 1000)
    shop.stripe.behave()
    assert reconciling.reconcile(now=clock.now()) == 0
    assert reconciling.reconcile(now=clock.now() + timedelta(hours=30)) == 1
    assert at_provider(shop, started) == [1000]
    assert shop.fresh(order).payment_status == "partially_refunded"


def test_a_refund_that_never_reached_the_provider_is_made_by_the_round(shop: Shop):
    order, started = shop.paid()
    shop.stripe.before = shop.stripe.hang_up
    with pytest.raises(ProviderUnavailable):
        shop.refund(order, 1000)
    assert reconciling.reconcile(now=clock.now() + timedelta(hours=1)) == 0
    shop.stripe.behave()
    assert reconciling.reconcile(now=clock.now() + timedelta(hours=2)) == 1
    assert at_provider(shop, started) == [1000]


def test_a_pending_refund_is_given_back_once_it_is(shop: Shop):
    order = shop.order()
    started = shop.start(order)
    shop.stripe.account.confirm(started.payment.reference, "pm_card_pendingRefund")
    shop.confirm(started.payment.id)
    made = shop.refund(order)
    assert made.state == "pending"
    found = shop.fresh(order)
    assert (found.payment_status, found.refunded_amount) == ("paid", 3412)
    with pytest.raises(RefundTooLarge):
        shop.refund(order, 1)
    [at_stripe] = shop.stripe.account.refunds_of(started.payment.reference)
    shop.stripe.account.finish_refund(at_stripe["id"])
    reconciling.reconcile(now=clock.now() + timedelta(hours=1))
    assert shop.fresh(order).payment_status == "refunded"
    assert shop.booked(order)[("refund", "cash")] == -3412


@pytest.mark.parametrize("method", ["pm_card_visa", "pm_card_pendingRefund"])
def test_a_refund_that_comes_back_can_be_made_again(shop: Shop, method: str):
    order = shop.order()
    started = shop.start(order)
    shop.stripe.account.confirm(started.payment.reference, method)
    shop.confirm(started.payment.id)
    shop.refund(order)
    [at_stripe] = shop.stripe.account.refunds_of(started.payment.reference)
    shop.stripe.account.finish_refund(at_stripe["id"], succeed=False)
    for _ in range(2):
        refunds.compare(organization_id=shop.organization.id, payment_id=started.payment.id, now=NOW)
    found = shop.fresh(order)
    assert (found.payment_status, found.refunded_amount) == ("paid", 0)
    (event,) = told("payment.refund_failed")
    assert event["failure_code"] == "expired_or_canceled_card"
    assert shop.booked(order).get(("refund", "cash"), 0) == 0
    shop.refund(order)
    shop.booked(order)


def test_what_the_provider_will_not_do_is_free_again(shop: Shop):
    order, started = shop.paid()
    intent = shop.stripe.account.intents[started.payment.reference]
    shop.stripe.account.charges[intent["latest_charge"]]["captured"] = False
    with pytest.raises(RefundRefused):
        shop.refund(order, 1000)
    found = shop.fresh(order)
    assert (found.payment_status, found.refunded_amount) == ("paid", 0)


def test_a_refund_made_at_the_provider_becomes_ours(shop: Shop):
    order, started = shop.paid()
    shop.stripe.account.create_refund({"payment_intent": started.payment.reference, "amount": "500"})
    for _ in range(2):
        refunds.compare(organization_id=shop.organization.id, payment_id=started.payment.id, now=NOW)
    with organization_scope(shop.organization.id, read_only=True):
        made = Refund.objects.get(order=order)
    assert (made.amount, made.reason, made.state) == (500, "at_provider", "succeeded")
    assert shop.booked(order)[("refund", "cash")] == -500


def test_cash_is_given_back_by_hand(shop: Shop):
    order = shop.order(payment_method="cash_on_delivery")
    payments.receive(principal=shop.staff, order_id=order.id, now=NOW)
    assert shop.refund(order, 412).state == "succeeded"
    assert shop.booked(order)[("refund", "cash")] == -412
    assert shop.stripe.calls == []


def test_a_job_about_nothing(shop: Shop):
    with pytest.raises(NotFound):
        refunds.carry_out(organization_id=shop.organization.id, refund_id=new_id(), now=NOW)
    with pytest.raises(NotFound):
        refunds.compare(organization_id=shop.organization.id, payment_id=new_id(), now=NOW)


def test_the_table_itself_refuses_more_than_was_taken(shop: Shop):
    _, started = shop.paid()
    with organization_scope(shop.organization.id), pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=started.payment.id).update(refunded_amount=3413)


def test_open_payments_of_a_cancelled_order_are_called_off_by_the_round(shop: Shop):
    order = shop.order()
    started = shop.start(order)
    with order_turn(shop.organization.id, order.id) as locked:
        locked.state = "cancelled"
        locked.save(update_fields=["state"])
    reconciling.reconcile(now=clock.now() + timedelta(hours=1))
    assert shop.stripe.account.intents[started.payment.reference]["status"] == "canceled"
    assert shop.confirm(started.payment.id).state == "cancelled"


def test_a_payment_of_which_no_word_came_is_found_by_the_round(shop: Shop):
    order = shop.order()
    started = shop.start(order)
    shop.stripe.account.confirm(started.payment.reference)
    reconciling.reconcile(now=clock.now() + timedelta(hours=1))
    assert shop.fresh(order).payment_status == "paid"
    drain()
    assert reconciling.reconcile(now=clock.now() + timedelta(hours=1)) == 0
