"""What Stripe tells of its own accord: once, in any order, and only what it signs."""

from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from tenon.domains.orders.clients.errors import InvalidSignature
from tenon.domains.orders.models import ProviderEvent
from tenon.domains.orders.services import notices
from tenon.domains.orders.tests.paying import NOW, Shop, told
from tenon.kernel import clock
from tenon.kernel.outbox.models import Entry
from tenon.kernel.outbox.relay import drain
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.testing.stripe_server import signed
from tenon.testing.stripe_server.faults import Fault


def take(shop: Shop, event: dict[str, Any]) -> None:
    body, headers = signed(event, shop.stripe.notices.secret)
    notices.take(body=body, signature=headers["Stripe-Signature"])


def happened(shop: Shop, since: int) -> list[dict[str, Any]]:
    return shop.stripe.account.events[since:]


def test_a_notice_alone_settles_a_payment(shop: Shop):
    order = shop.order()
    started = shop.start(order)
    since = len(shop.stripe.account.events)
    shop.stripe.account.confirm(started.payment.reference)
    for event in happened(shop, since):
        take(shop, event)
        take(shop, event)
    assert told("payment.captured") == [], "the request only writes it down"
    drain()
    assert shop.fresh(order).state == "confirmed"
    assert len(told("payment.captured")) == 1
    with organization_scope(shop.organization.id, read_only=True):
        assert list(ProviderEvent.objects.values_list("kind", flat=True)) == ["payment_intent.succeeded"]


@pytest.mark.parametrize("order_of", list(permutations(range(4))))
def test_in_any_order_the_present_state_counts(shop: Shop, order_of: tuple[int, ...]):
    since = len(shop.stripe.account.events)
    order = shop.order()
    started = shop.start(order)
    for method in ("pm_card_chargeDeclined", "pm_card_chargeDeclinedInsufficientFunds"):
        with pytest.raises(Fault):
            shop.stripe.account.confirm(started.payment.reference, method)
    shop.stripe.account.confirm(started.payment.reference)
    told_of = [each for each in happened(shop, since) if each["type"].startswith("payment_intent")]
    assert len(told_of) == 4
    for number in order_of:
        take(shop, told_of[number])
        drain()
    found = shop.fresh(order)
    assert (found.state, found.payment_status) == ("confirmed", "paid")
    codes = sorted(each.failure_code for each in shop.confirm(started.payment.id).attempts)
    assert codes == ["", "generic_decline", "insufficient_funds"], "every attempt once, whoever told of it"
    assert len(told("payment.captured")) == 1


def look_into(shop: Shop, event: dict[str, Any]) -> None:
    """Take a notice, and do its job at a known time."""
    take(shop, event)
    payload = Entry.objects.filter(name="orders.look_into_notice").latest("sequence").payload
    names = {name: UUID(payload[name]) for name in ("organization_id", "payment_id")}
    notices.look_into(**names, told=payload["told"], now=NOW)


def test_a_failure_that_a_notice_tells_of_leaves_a_day_for_another_try(shop: Shop):
    order = shop.order(expires_at=NOW + timedelta(minutes=30))
    started = shop.start(order)
    shop.stripe.account.confirm(started.payment.reference, "pm_sepaDebit")
    assert shop.confirm(started.payment.id).state == "processing"
    assert shop.fresh(order).expires_at == NOW + timedelta(days=14)
    since = len(shop.stripe.account.events)
    shop.stripe.account.finish(started.payment.reference, succeed=False)
    (event,) = happened(shop, since)
    for _ in range(2):
        look_into(shop, event)
    found = shop.fresh(order)
    assert (found.state, found.payment_status) == ("pending", "failed")
    assert found.expires_at == NOW + timedelta(days=1)
    (failed,) = told("payment.failed")
    assert failed["failure_code"] == "payment_intent_authentication_failure"
    (attempt,) = shop.confirm(started.payment.id).attempts
    assert (attempt.state, attempt.failure_code) == ("failed", "payment_intent_authentication_failure")


def test_an_older_failure_does_not_end_the_wait_for_money_on_its_way(shop: Shop):
    order = shop.order(expires_at=NOW + timedelta(minutes=30))
    started = shop.start(order)
    since = len(shop.stripe.account.events)
    with pytest.raises(Fault):
        shop.stripe.account.confirm(started.payment.reference, "pm_card_chargeDeclined")
    (declined,) = happened(shop, since)
    shop.stripe.account.confirm(started.payment.reference, "pm_sepaDebit")
    assert shop.confirm(started.payment.id).state == "processing"
    look_into(shop, declined)
    payment = shop.confirm(started.payment.id)
    assert (payment.state, [each.failure_code for each in payment.attempts]) == ("processing", ["generic_decline"])
    assert shop.fresh(order).expires_at == NOW + timedelta(days=14)


def test_a_failure_that_is_told_of_after_the_money_came_changes_nothing(shop: Shop):
    order = shop.order()
    started = shop.start(order)
    since = len(shop.stripe.account.events)
    with pytest.raises(Fault):
        shop.stripe.account.confirm(started.payment.reference, "pm_card_chargeDeclined")
    (declined,) = happened(shop, since)
    shop.stripe.account.confirm(started.payment.reference)
    assert shop.confirm(started.payment.id).state == "captured"
    look_into(shop, declined)
    payment = shop.confirm(started.payment.id)
    assert (payment.state, payment.failure_code) == ("captured", "")
    assert sorted(each.failure_code for each in payment.attempts) == ["", "generic_decline"], "kept for the record"
    assert (shop.fresh(order).state, shop.fresh(order).payment_status) == ("confirmed", "paid")
    assert told("payment.failed") == []


def test_refunds_and_their_end_are_heard_of(shop: Shop):
    order, started = shop.paid()
    since = len(shop.stripe.account.events)
    shop.stripe.account.create_refund({"payment_intent": started.payment.reference, "amount": "500"})
    shop.refund(order, 1000)
    for event in reversed(happened(shop, since)):
        take(shop, event)
    drain()
    assert shop.fresh(order).refunded_amount == 1500
    since = len(shop.stripe.account.events)
    for refund in shop.stripe.account.refunds_of(started.payment.reference):
        shop.stripe.account.finish_refund(refund["id"], succeed=False)
    for event in reversed(happened(shop, since)):
        take(shop, event)
    drain()
    assert (shop.fresh(order).refunded_amount, shop.fresh(order).payment_status) == (0, "paid")
    shop.booked(order)


def test_a_dispute_says_nothing_of_us_and_is_placed(shop: Shop):
    _, started = shop.paid()
    since = len(shop.stripe.account.events)
    shop.stripe.account.dispute(started.payment.reference)
    (event,) = happened(shop, since)
    take(shop, event)
    take(shop, event)
    drain()
    (disputed,) = told("payment.disputed")
    assert (disputed["status"], disputed["reason"]) == ("needs_response", "fraudulent")
    assert disputed["payment_id"] == str(started.payment.id)


def test_what_is_not_ours_is_left_alone(shop: Shop):
    before = Entry.objects.count()
    since = len(shop.stripe.account.events)
    foreign = {"payment_id": "0199f6f0-4c1e-7a52-9d3c-000000000054", "organization_id": str(shop.organization.id)}
    for metadata in ({}, foreign, {**foreign, "organization_id": foreign["payment_id"]}, {"organization_id": "x"}):
        shop.stripe.account.create_intent({"amount": "3412", "currency": "usd", "metadata": metadata})
    for event in happened(shop, since):
        take(shop, event)
    take(shop, {"id": "evt_1", "object": "event", "type": "invoice.paid", "created": 1, "data": {"object": {}}})
    drain()
    with organization_scope(shop.organization.id, read_only=True):
        assert not ProviderEvent.objects.exists()
    assert not Entry.objects.filter(name="orders.look_into_notice").exists()
    assert Entry.objects.count() >= before


def test_what_nobody_signed_is_refused(shop: Shop):
    body, headers = signed({"object": "event"}, "whsec_of_somebody_else")
    with pytest.raises(InvalidSignature):
        notices.take(body=body, signature=headers["Stripe-Signature"])


def test_a_notice_that_is_faster_than_the_answer(shop: Shop):
    """The provider tells of a payment whose name we have not written down yet."""
    from tenon.domains.orders.models import Payment

    order = shop.order()
    started = shop.start(order)
    with organization_scope(shop.organization.id):
        Payment.objects.filter(pk=started.payment.id).update(reference=None)
    since = len(shop.stripe.account.events)
    shop.stripe.account.confirm(started.payment.reference)
    take(shop, happened(shop, since)[-1])
    drain()
    assert shop.fresh(order).payment_status == "paid"
    assert shop.confirm(started.payment.id).reference == started.payment.reference


def test_notices_are_forgotten_after_a_while(shop: Shop):
    order = shop.order()
    started = shop.start(order)
    since = len(shop.stripe.account.events)
    shop.stripe.account.confirm(started.payment.reference)
    take(shop, happened(shop, since)[-1])
    assert notices.purge(before=clock.now() - timedelta(days=30)) == 0
    assert notices.purge(before=clock.now() + timedelta(days=1)) == 1
