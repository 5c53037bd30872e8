"""Stripe's API through its own library, against the stand-in."""

import logging
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.db import transaction

from tenon.domains.orders.clients.current import gateway, telling
from tenon.domains.orders.clients.errors import ProviderRefused, ProviderUnavailable
from tenon.domains.orders.clients.gateways import Intent, IntentState, RefundState, TellingGateway
from tenon.domains.orders.clients.stripe import Account, StripeGateway
from tenon.kernel.ids import new_id
from tenon.kernel.money import Money
from tenon.testing.stripe_server import Call, HangUp, StripeServer, stripe_server
from tenon.testing.stripe_server.faults import Fault

PRICE = Money(3412, "USD")


@pytest.fixture(scope="module")
def running() -> Iterator[StripeServer]:
    with stripe_server() as server:
        yield server


@pytest.fixture
def stripe(running: StripeServer) -> Iterator[StripeServer]:
    yield running
    running.behave()
    running.calls.clear()


@pytest.fixture
def account(stripe: StripeServer) -> StripeGateway:
    return StripeGateway(Account(stripe.secret_key, stripe.url))


def opened(account: StripeGateway, amount: Money = PRICE, *, key: str = "", payment_id: UUID | None = None) -> Intent:
    payment_id = payment_id or new_id()
    order_id, organization_id = UUID(int=7), UUID(int=8)
    return account.open(
        payment_id=payment_id,
        order_id=order_id,
        organization_id=organization_id,
        amount=amount,
        description="KAS-1",
        key=key or str(payment_id),
    )


def test_an_intent_is_made_for_whatever_the_account_has_switched_on(account: StripeGateway, stripe: StripeServer):
    payment_id = new_id()
    intent = opened(account, payment_id=payment_id)
    assert (intent.state, intent.amount, intent.received) == (IntentState.OPEN, PRICE, Money(0, "USD"))
    assert intent.client_secret.startswith(intent.reference)
    assert intent.client_secret not in repr(intent)
    (call,) = stripe.calls
    assert (call.method, call.path, call.key) == ("POST", "/v1/payment_intents", str(payment_id))
    assert call.params == {
        "amount": "3412",
        "currency": "usd",
        "automatic_payment_methods": {"enabled": "true"},
        "capture_method": "automatic",
        "description": "KAS-1",
        "metadata": {
            "payment_id": str(payment_id),
            "order_id": str(UUID(int=7)),
            "organization_id": str(UUID(int=8)),
        },
    }


def test_an_intent_under_the_same_key_is_the_same(account: StripeGateway, stripe: StripeServer):
    payment_id = new_id()
    first, second = opened(account, payment_id=payment_id), opened(account, payment_id=payment_id)
    assert first == second
    with pytest.raises(ProviderUnavailable):
        opened(account, Money(1, "USD") + PRICE, key=str(payment_id), payment_id=payment_id)


def test_an_answer_that_is_lost_is_asked_for_again_by_the_same_key(account: StripeGateway, stripe: StripeServer):
    lost: list[Call] = []

    def lose_the_first(call: Call) -> None:
        if not lost:
            lost.append(call)
            raise HangUp

    stripe.after = lose_the_first
    before = len(stripe.account.intents)
    intent = opened(account)
    assert len(lost) == 1
    assert len(stripe.account.intents) == before + 1
    assert intent.reference in stripe.account.intents


def test_who_pays_is_told_from_who_does_not(account: StripeGateway, stripe: StripeServer):
    intent = opened(account)
    with pytest.raises(Fault):
        stripe.account.confirm(intent.reference, "pm_card_chargeDeclinedInsufficientFunds")
    declined = account.look_up(intent.reference)
    assert declined.state is IntentState.OPEN
    assert declined.failure is not None
    assert declined.failure.code == "insufficient_funds"
    stripe.account.confirm(intent.reference, "pm_card_authenticationRequired")
    asked = account.look_up(intent.reference)
    assert (asked.state, asked.failure) == (IntentState.OPEN, None)
    stripe.account.finish(intent.reference)
    paid = account.look_up(intent.reference)
    assert (paid.state, paid.received) == (IntentState.SUCCEEDED, PRICE)


def test_a_bank_debit_takes_its_time(account: StripeGateway, stripe: StripeServer):
    intent = opened(account)
    stripe.account.confirm(intent.reference, "pm_sepaDebit")
    assert account.look_up(intent.reference).state is IntentState.PROCESSING
    stripe.account.finish(intent.reference, succeed=False)
    assert account.look_up(intent.reference).state is IntentState.OPEN


def test_an_intent_is_called_off_unless_it_was_paid(account: StripeGateway, stripe: StripeServer):
    first, second = opened(account), opened(account)
    assert account.cancel(first.reference, key="one").state is IntentState.CANCELLED
    stripe.account.confirm(second.reference)
    assert account.cancel(second.reference, key="two").state is IntentState.SUCCEEDED


def test_refunds_are_made_once_for_each_key_and_never_above_what_was_paid(account: StripeGateway, stripe: StripeServer):
    intent = opened(account)
    stripe.account.confirm(intent.reference)
    refund_id = new_id()

    def refund(amount: int, key: str = ""):
        return account.refund(
            refund_id=refund_id,
            payment_id=UUID(int=9),
            organization_id=UUID(int=8),
            intent_reference=intent.reference,
            amount=Money(amount, "USD"),
            key=key or str(amount),
        )

    made, again = refund(1000), refund(1000)
    assert made == again == account.look_up_refund(made.reference)
    assert (made.state, made.amount, made.refund_id) == (RefundState.SUCCEEDED, Money(1000, "USD"), str(refund_id))
    with pytest.raises(ProviderRefused, match="greater than"):
        refund(2413)
    refund(2412)
    with pytest.raises(ProviderRefused) as refusal:
        refund(1)
    assert refusal.value.code == "charge_already_refunded"
    assert [each.amount.amount for each in account.refunds_of(intent.reference)] == [2412, 1000]


def test_a_refund_may_come_back_after_days(account: StripeGateway, stripe: StripeServer):
    intent = opened(account)
    stripe.account.confirm(intent.reference, "pm_card_pendingRefund")
    made = account.refund(
        refund_id=new_id(),
        payment_id=UUID(int=9),
        organization_id=UUID(int=8),
        intent_reference=intent.reference,
        amount=PRICE,
        key="r",
    )
    assert made.state is RefundState.PENDING
    stripe.account.finish_refund(made.reference, succeed=False)
    found = account.look_up_refund(made.reference)
    assert (found.state, found.failure_code) == (RefundState.FAILED, "expired_or_canceled_card")


def test_what_the_provider_refuses_has_its_word(account: StripeGateway, stripe: StripeServer):
    with pytest.raises(ProviderRefused) as refusal:
        opened(account, Money(49, "USD"))
    assert refusal.value.code == "amount_too_small"
    with pytest.raises(ProviderRefused) as refusal:
        opened(account, Money(1001, "KWD"))
    assert refusal.value.code == "amount_inexpressible"
    with pytest.raises(ProviderRefused) as refusal:
        account.look_up("pi_unknown")
    assert refusal.value.code == "resource_missing"


def test_a_wrong_key_is_our_fault_and_not_the_shoppers(stripe: StripeServer, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    wrong = StripeGateway(Account("sk_test_wrong_and_secret", stripe.url))
    with pytest.raises(ProviderUnavailable):
        opened(wrong)
    with pytest.raises(ProviderUnavailable):
        wrong.check()
    assert "wrong_and_secret" not in caplog.text
    assert "wrong_and_secret" not in repr(Account("sk_test_wrong_and_secret", stripe.url))


def test_nobody_there_is_no_answer():
    with pytest.raises(ProviderUnavailable) as failure:
        StripeGateway(Account("sk_test_x", "http://127.0.0.1:9")).look_up("pi_1")
    assert failure.value.retry_after == 5


@pytest.mark.django_db(transaction=True)
def test_no_call_is_made_inside_a_transaction(account: StripeGateway, stripe: StripeServer):
    with transaction.atomic(), pytest.raises(RuntimeError, match="outside of transactions"):
        opened(account)
    assert stripe.calls == []


def test_the_settings_say_who_is_asked(settings, stripe: StripeServer):
    settings.STRIPE_SECRET_KEY = ""
    assert not isinstance(gateway("manual"), TellingGateway)
    with pytest.raises(LookupError):
        telling("manual")
    with pytest.raises(LookupError):
        gateway("stripe")
    settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = stripe.secret_key, stripe.url
    assert gateway("stripe") is gateway("stripe")
    assert opened(gateway("stripe")).reference in stripe.account.intents
