"""Paying for an order: begun, confirmed, failed and tried again, by card and by hand."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tenon.domains.orders.clients.errors import ProviderUnavailable
from tenon.domains.orders.errors import AlreadyPaid, MethodUnavailable, PaymentRefused, WrongState
from tenon.domains.orders.models import Order, Payment
from tenon.domains.orders.policies import Shopper
from tenon.domains.orders.services import payments
from tenon.domains.orders.services.turns import order_turn
from tenon.domains.orders.tests.paying import NOW, Shop, told
from tenon.kernel.errors import Forbidden, NotFound
from tenon.kernel.ids import new_id
from tenon.kernel.outbox.relay import drain
from tenon.kernel.principal import ANONYMOUS, Principal, PrincipalKind
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.testing.stripe_server.faults import Fault


def cancel(shop: Shop, order: Order) -> None:
    with order_turn(shop.organization.id, order.id) as locked:
        locked.state = "cancelled"
        locked.save(update_fields=["state"])


def test_a_payment_is_begun_and_the_order_waits(shop: Shop):
    order = shop.order()
    started = shop.start(order)
    assert (started.payment.provider, started.payment.state, started.payment.amount) == ("stripe", "pending", 3412)
    assert started.client_secret == shop.stripe.account.intents[started.payment.reference]["client_secret"]
    assert started.publishable_key == "pk_test_stand_in"
    assert started.client_secret not in repr(started)
    found = shop.fresh(order)
    assert (found.state, found.payment_status, found.captured_amount) == ("pending", "pending", 0)
    (event,) = told("payment.started")
    assert (event["amount"], event["currency"], event["provider"]) == (3412, "USD", "stripe")


def test_what_was_paid_is_booked_told_and_confirmed_once(shop: Shop):
    order = shop.order()
    started = shop.start(order)
    shop.stripe.account.confirm(started.payment.reference)
    for _ in range(3):
        facts = shop.confirm(started.payment.id)
        assert (facts.state, facts.captured_amount) == ("captured", 3412)
    found = shop.fresh(order)
    assert (found.state, found.payment_status, found.captured_amount) == ("confirmed", "paid", 3412)
    assert len(told("payment.captured")) == len(told("order.confirmed")) == 1
    assert shop.booked(order) == {
        ("sale", "receivable"): 3412,
        ("sale", "sales"): -3412,
        ("capture", "cash"): 3412,
        ("capture", "receivable"): -3412,
    }
    assert [each.state for each in facts.attempts] == ["succeeded"]


def test_nobody_has_to_believe_a_browser(shop: Shop):
    started = shop.start(shop.order())
    assert shop.confirm(started.payment.id).state == "pending"
    assert told("payment.captured") == []


def test_a_failed_attempt_leaves_a_checkout_that_can_be_paid(shop: Shop):
    order = shop.order()
    started = shop.start(order)
    for method in ("pm_card_chargeDeclined", "pm_card_chargeDeclinedInsufficientFunds"):
        with pytest.raises(Fault):
            shop.stripe.account.confirm(started.payment.reference, method)
        shop.confirm(started.payment.id)
        shop.confirm(started.payment.id)
    found = shop.fresh(order)
    assert (found.state, found.payment_status) == ("pending", "failed")
    assert [event["failure_code"] for event in told("payment.failed")] == ["generic_decline", "insufficient_funds"]
    again = shop.start(order)
    assert again.payment.id == started.payment.id
    assert again.client_secret == started.client_secret
    shop.stripe.account.confirm(started.payment.reference)
    facts = shop.confirm(started.payment.id)
    assert [(each.state, each.failure_code) for each in facts.attempts] == [
        ("failed", "generic_decline"),
        ("failed", "insufficient_funds"),
        ("succeeded", ""),
    ]
    assert (facts.failure_code, shop.fresh(order).payment_status) == ("", "paid")


def test_a_slow_payment_is_on_its_way(shop: Shop):
    order = shop.order(expires_at=NOW + timedelta(minutes=30))
    started = shop.start(order)
    shop.stripe.account.confirm(started.payment.reference, "pm_sepaDebit")
    assert shop.confirm(started.payment.id).state == "processing"
    assert shop.fresh(order).expires_at == NOW + timedelta(days=14)
    shop.stripe.account.finish(started.payment.reference, succeed=False)
    assert shop.confirm(started.payment.id).state == "failed"
    assert shop.fresh(order).expires_at == NOW + timedelta(days=1)
    shop.stripe.account.confirm(started.payment.reference, "pm_sepaDebit")
    shop.confirm(started.payment.id)
    shop.stripe.account.finish(started.payment.reference)
    assert shop.confirm(started.payment.id).state == "captured"


def test_whoever_begins_twice_pays_one_intent(shop: Shop):
    order = shop.order()
    before = len(shop.stripe.account.intents)
    first, second = shop.start(order), shop.start(order)
    assert first.payment.id == second.payment.id
    assert len(shop.stripe.account.intents) == before + 1
    with organization_scope(shop.organization.id, read_only=True):
        assert Payment.objects.filter(order=order).count() == 1


def test_a_request_that_was_cut_off_goes_on_where_it_was(shop: Shop):
    order, key = shop.order(), new_id()

    shop.stripe.lose_answers()
    before = len(shop.stripe.account.intents)
    with pytest.raises(ProviderUnavailable):
        shop.start(order, key=key)
    shop.stripe.behave()
    started = shop.start(order, key=key)
    assert len(shop.stripe.account.intents) == before + 1
    assert started.payment.reference in shop.stripe.account.intents


def test_an_intent_that_was_called_off_is_replaced(shop: Shop):
    order = shop.order()
    first = shop.start(order)
    shop.stripe.account.cancel(first.payment.reference)
    second = shop.start(order)
    assert second.payment.id != first.payment.id
    assert second.client_secret
    assert shop.confirm(first.payment.id).state == "cancelled"


def test_who_comes_back_after_paying_is_told_so(shop: Shop):
    order = shop.order()
    started = shop.start(order)
    shop.stripe.account.confirm(started.payment.reference)
    again = shop.start(order)
    assert (again.payment.state, again.client_secret, again.publishable_key) == ("captured", "", "")
    with pytest.raises(AlreadyPaid):
        shop.start(order)


def test_what_the_provider_refuses_to_take(shop: Shop):
    order = shop.order(price=49)
    with pytest.raises(PaymentRefused) as refusal:
        shop.start(order)
    assert refusal.value.extra == {"reason": "amount_too_small"}
    assert shop.fresh(order).payment_status == "failed"


def test_an_order_that_is_over_is_not_paid(shop: Shop):
    order = shop.order()
    cancel(shop, order)
    with pytest.raises(WrongState):
        shop.start(order)


def test_an_order_that_is_cancelled_while_the_provider_is_asked(shop: Shop):
    order = shop.order()
    original = payments._opened

    def cancelled_meanwhile(*arguments):
        told = original(*arguments)
        cancel(shop, order)
        return told

    payments._opened = cancelled_meanwhile
    try:
        with pytest.raises(WrongState):
            shop.start(order)
    finally:
        payments._opened = original
    drain()
    with organization_scope(shop.organization.id, read_only=True):
        payment = Payment.objects.get(order=order)
    assert payment.state == "cancelled"
    assert shop.stripe.account.intents[payment.reference]["status"] == "canceled"


def test_only_their_own(shop: Shop):
    order = shop.order()
    stranger = replace(shop.shopper.principal, id=new_id())
    reader = replace(stranger, permissions=frozenset({"orders:read"}))
    guest = replace(ANONYMOUS, organization_id=shop.organization.id)
    own, shop.shopper = shop.shopper, Shopper(stranger)
    with pytest.raises(NotFound):
        shop.start(order)
    shop.shopper = Shopper(reader)
    with pytest.raises(Forbidden):
        shop.start(order)
    shop.shopper = Shopper(guest)
    with pytest.raises(NotFound):
        shop.start(order)
    shop.shopper = own
    started = shop.start(order)
    for shopper in (Shopper(stranger), Shopper(guest), Shopper(guest, new_id())):
        with pytest.raises(NotFound):
            payments.confirm(shopper=shopper, payment_id=started.payment.id, now=NOW)
    assert payments.confirm(shopper=Shopper(reader), payment_id=started.payment.id, now=NOW).state == "pending"
    guests = shop.order(user_id=None)
    shop.shopper = Shopper(guest, guests.id)
    assert shop.start(guests).client_secret


def test_another_organization_sees_nothing(shop: Shop):
    other = Shop(shop.stripe)
    order = shop.order()
    started = shop.start(order)
    with pytest.raises(NotFound):
        other.start(order)
    with pytest.raises(NotFound):
        other.confirm(started.payment.id)


@pytest.mark.parametrize("received", [3411, 3413])
def test_another_amount_is_noted_and_confirms_nothing(shop: Shop, received: int):
    order = shop.order()
    started = shop.start(order)
    intent = shop.stripe.account.intents[started.payment.reference]
    intent |= {"amount": received}
    shop.stripe.account.confirm(started.payment.reference)
    for _ in range(2):
        facts = shop.confirm(started.payment.id)
    assert (facts.state, facts.failure_code, len(facts.attempts)) == ("failed", "amount_mismatch", 1)
    assert (shop.fresh(order).state, shop.booked(order)) == ("pending", {})


def test_another_currency_is_noted_and_confirms_nothing(shop: Shop):
    started = shop.start(shop.order())
    shop.stripe.account.intents[started.payment.reference] |= {"currency": "eur"}
    shop.stripe.account.confirm(started.payment.reference)
    assert shop.confirm(started.payment.id).failure_code == "amount_mismatch"


def test_a_transfer_is_noted_by_staff(shop: Shop):
    order = shop.order(payment_method="bank_transfer")
    started = shop.start(order)
    assert (started.payment.provider, started.client_secret) == ("manual", "")
    assert shop.confirm(started.payment.id).state == "pending"
    facts = payments.receive(principal=shop.staff, order_id=order.id, note="Statement 7", now=NOW)
    assert (facts.id, facts.state) == (started.payment.id, "captured")
    assert facts.attempts[0].message == "Statement 7"
    assert (shop.fresh(order).state, shop.fresh(order).payment_status) == ("confirmed", "paid")
    with pytest.raises(AlreadyPaid):
        payments.receive(principal=shop.staff, order_id=order.id, now=NOW)
    assert shop.booked(order)[("capture", "cash")] == 3412


def test_nobody_but_staff_notes_a_transfer(shop: Shop):
    order = shop.order(payment_method="bank_transfer")
    with pytest.raises(Forbidden):
        payments.receive(principal=shop.shopper.principal, order_id=order.id, now=NOW)
    with pytest.raises(Forbidden):
        payments.receive(principal=Principal(PrincipalKind.SYSTEM), order_id=order.id, now=NOW)
    cancel(shop, order)
    with pytest.raises(WrongState):
        payments.receive(principal=shop.staff, order_id=order.id, now=NOW)


def test_cash_that_comes_with_a_card_payment_open_calls_that_off(shop: Shop):
    order = shop.order()
    started = shop.start(order)
    payments.receive(principal=shop.staff, order_id=order.id, now=NOW)
    drain()
    assert shop.confirm(started.payment.id).state == "cancelled"
    assert shop.fresh(order).payment_status == "paid"


def test_what_is_paid_twice_is_given_back_once(shop: Shop):
    order = shop.order()
    started = shop.start(order)
    payments.receive(principal=shop.staff, order_id=order.id, now=NOW)
    shop.stripe.account.confirm(started.payment.reference)
    drain()
    facts = shop.confirm(started.payment.id)
    assert (facts.state, facts.refunded_amount) == ("captured", 3412)
    drain()
    (refund,) = shop.stripe.account.refunds_of(started.payment.reference)
    assert refund["amount"] == 3412
    found = shop.fresh(order)
    assert (found.state, found.payment_status, found.captured_amount) == ("confirmed", "paid", 3412)
    assert found.refunded_amount == 0
    assert shop.booked(order)[("capture", "cash")] == 2 * 3412


def test_an_order_that_is_over_gives_back_what_comes_late(shop: Shop):
    order = shop.order()
    started = shop.start(order)
    cancel(shop, order)
    shop.stripe.account.confirm(started.payment.reference)
    assert shop.confirm(started.payment.id).state == "captured"
    shop.confirm(started.payment.id)
    drain()
    (refund,) = shop.stripe.account.refunds_of(started.payment.reference)
    assert refund["amount"] == 3412
    found = shop.fresh(order)
    assert (found.state, found.payment_status, found.refunded_amount) == ("cancelled", "refunded", 3412)
    assert shop.booked(order) == {
        ("capture", "cash"): 3412,
        ("capture", "receivable"): -3412,
        ("refund", "receivable"): 3412,
        ("refund", "cash"): -3412,
    }


def test_a_method_that_nobody_takes(shop: Shop, settings):
    settings.PAYMENT_PROVIDERS = ["manual"]
    with pytest.raises(MethodUnavailable) as refusal:
        shop.start(shop.order())
    assert refusal.value.extra == {"methods": ["bank_transfer", "cash_on_delivery"]}
    assert payments.provider_of("bank_transfer") == "manual"
