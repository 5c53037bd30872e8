"""Payments: who takes them, and whether Stripe accepts our key."""

from collections.abc import Iterable

from django.conf import settings

from tenon.delivery.doctor.findings import Finding, broken, fine, note, warning
from tenon.domains.orders.clients.errors import ProviderRefused, ProviderUnavailable

AREA = "Payments"


def providers() -> Iterable[Finding]:
    """Each provider that takes new payments, where anything is sold."""
    if "orders" not in settings.TENON_MODULES:
        return
    if "manual" in settings.PAYMENT_PROVIDERS:
        yield fine(AREA, "manual: bank transfers and cash are noted by staff")
    if settings.STRIPE_SECRET_KEY:
        yield from _stripe()
    elif "stripe" in settings.PAYMENT_PROVIDERS:
        yield broken(AREA, "stripe: no key", "Set STRIPE_SECRET_KEY, or take stripe out of PAYMENT_PROVIDERS.")


def _stripe() -> Iterable[Finding]:
    from tenon.domains.orders.clients.stripe import Account, StripeGateway

    account = Account(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE)
    try:
        StripeGateway(account).check()
    except (ProviderUnavailable, ProviderRefused) as fault:
        advice = "Correct STRIPE_SECRET_KEY or STRIPE_API_BASE. Until then no card is charged and nothing refunded."
        yield broken(AREA, f"stripe: {settings.STRIPE_API_BASE} refuses or is silent ({_kind(fault)})", advice)
        return
    yield fine(AREA, f"stripe: {settings.STRIPE_API_BASE} accepts the key")
    if not settings.STRIPE_WEBHOOK_SECRET:
        advice = "Set STRIPE_WEBHOOK_SECRET. Until then payments wait for the shopper's browser, or for the next round."
        yield warning(AREA, "stripe: nothing that it tells is believed", advice)
    if "_test_" in settings.STRIPE_SECRET_KEY:
        yield note(AREA, "stripe: a test key, which moves no money")


def _kind(fault: Exception) -> str:
    return type(fault.__cause__ or fault).__name__
