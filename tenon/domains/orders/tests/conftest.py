"""Stripe's stand-in, for tests that pay; and for tests of carts a market with somebody in front of it."""

from collections.abc import Iterator

import pytest

from tenon.domains.orders.tests.factories import make_organization, make_product, make_user
from tenon.domains.orders.tests.paying import Shop
from tenon.domains.orders.tests.shoppers import Shopper
from tenon.testing.stripe_server import StripeServer, stripe_server


@pytest.fixture(scope="session")
def running_stripe() -> Iterator[StripeServer]:
    with stripe_server() as server:
        yield server


@pytest.fixture
def stripe(running_stripe: StripeServer, settings) -> Iterator[StripeServer]:
    """The stand-in, which the settings name."""
    settings.PAYMENT_PROVIDERS = ["manual", "stripe"]
    settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = running_stripe.secret_key, running_stripe.url
    settings.STRIPE_WEBHOOK_SECRET = running_stripe.notices.secret
    settings.STRIPE_PUBLISHABLE_KEY = "pk_test_stand_in"
    yield running_stripe
    running_stripe.behave()
    running_stripe.calls.clear()


@pytest.fixture
def shop(db: None, stripe: StripeServer) -> Shop:
    return Shop(stripe)


@pytest.fixture
def market():
    return make_organization(country="US", currency="USD")


@pytest.fixture
def product(market):
    return make_product(market.id, stock=10)


@pytest.fixture(params=["person", "guest"])
def shopper(request, market):
    return Shopper(market, user=make_user() if request.param == "person" else None)


@pytest.fixture
def guest(market):
    return Shopper(market)
