"""What the doctor says of payments: who takes them, and whether Stripe knows us."""

from collections.abc import Iterator

import pytest

from tenon.delivery.doctor import payments, report
from tenon.delivery.doctor.findings import Level
from tenon.testing.servers import free_port
from tenon.testing.stripe_server import StripeServer, stripe_server


@pytest.fixture
def stripe(settings) -> Iterator[StripeServer]:
    with stripe_server(secret_key="sk_live_stand_in") as running:
        settings.PAYMENT_PROVIDERS = ["manual", "stripe"]
        settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = running.secret_key, running.url
        settings.STRIPE_WEBHOOK_SECRET = running.notices.secret
        yield running


def test_by_hand_alone(settings):
    settings.PAYMENT_PROVIDERS, settings.STRIPE_SECRET_KEY = ["manual"], ""
    (line,) = payments.providers()
    assert (line.level, line.said) == (Level.FINE, "manual: bank transfers and cash are noted by staff")


def test_nothing_where_nothing_is_sold(settings, stripe: StripeServer):
    settings.TENON_MODULES = ["catalog"]
    assert list(payments.providers()) == []
    assert stripe.calls == []


def test_a_key_that_stripe_accepts(stripe: StripeServer):
    manual, line = payments.providers()
    assert (manual.level, line.level) == (Level.FINE, Level.FINE)
    assert line.said == f"stripe: {stripe.url} accepts the key"
    assert [(call.method, call.path) for call in stripe.calls] == [("GET", "/v1/payment_intents")]


def test_a_provider_without_a_key(settings):
    settings.PAYMENT_PROVIDERS, settings.STRIPE_SECRET_KEY = ["stripe"], ""
    (line,) = payments.providers()
    assert (line.level, line.said) == (Level.BROKEN, "stripe: no key")
    assert "STRIPE_SECRET_KEY" in line.advice


def test_a_key_is_looked_at_as_long_as_it_is_there(settings, stripe: StripeServer):
    """Payments of before are still refunded by it."""
    settings.PAYMENT_PROVIDERS = ["manual"]
    assert [line.level for line in payments.providers()] == [Level.FINE, Level.FINE]


def test_a_key_that_stripe_does_not_know(settings, stripe: StripeServer):
    settings.STRIPE_SECRET_KEY = "sk_live_of_somebody_else"
    _, line = payments.providers()
    assert line.level is Level.BROKEN
    assert line.said == f"stripe: {stripe.url} refuses or is silent (AuthenticationError)"
    assert "somebody_else" not in line.said + line.advice


def test_nobody_there(settings, stripe: StripeServer):
    settings.STRIPE_API_BASE = f"http://127.0.0.1:{free_port()}"
    _, line = payments.providers()
    assert line.level is Level.BROKEN
    assert line.said.endswith("refuses or is silent (APIConnectionError)")


def test_without_the_secret_of_notices(settings, stripe: StripeServer):
    settings.STRIPE_WEBHOOK_SECRET = ""
    *_, line = payments.providers()
    assert (line.level, line.said) == (Level.WARNING, "stripe: nothing that it tells is believed")
    assert "STRIPE_WEBHOOK_SECRET" in line.advice


def test_a_test_key_moves_no_money(settings):
    with stripe_server() as running:
        settings.PAYMENT_PROVIDERS = ["stripe"]
        settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = running.secret_key, running.url
        settings.STRIPE_WEBHOOK_SECRET = running.notices.secret
        *_, line = payments.providers()
    assert (line.level, line.said) == (Level.NOTE, "stripe: a test key, which moves no money")


@pytest.mark.django_db
def test_the_report_has_these_lines(stripe: StripeServer):
    assert [each.said for each in report.findings() if each.area == payments.AREA] == [
        each.said for each in payments.providers()
    ]
