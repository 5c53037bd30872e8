"""The providers that the settings name."""

from functools import lru_cache
from typing import cast

from django.conf import settings

from tenon.domains.orders.clients.gateways import Gateway, Notice, TellingGateway
from tenon.domains.orders.clients.manual import ManualGateway


def gateway(name: str) -> Gateway:
    """The provider of this name, whether or not new payments may use it. Raises LookupError for one that is not set up.

    What is imported follows from what is asked for: Stripe's library takes half a second.
    """
    if name == ManualGateway.name:
        return ManualGateway()
    if name == "stripe" and settings.STRIPE_SECRET_KEY:
        return _stripe(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE)
    raise LookupError(f"No payment provider is set up under the name {name!r}.")


def telling(name: str) -> TellingGateway:
    """The same, for who asks what it knows. Raises LookupError also for one that knows nothing by itself."""
    found = gateway(name)
    if isinstance(found, TellingGateway):
        return found
    raise LookupError(f"What {name!r} was paid or has given back, only people know.")


def stripe_notice(body: bytes, signature: str) -> Notice:
    """What Stripe told our webhook. Raises InvalidSignature, also where no secret is set."""
    from tenon.domains.orders.clients import stripe_notices

    return stripe_notices.read(body, signature, secret=settings.STRIPE_WEBHOOK_SECRET)


@lru_cache(maxsize=4)
def _stripe(secret_key: str, api_base: str) -> TellingGateway:
    from tenon.domains.orders.clients.stripe import Account, StripeGateway

    return cast(TellingGateway, StripeGateway(Account(secret_key, api_base)))
