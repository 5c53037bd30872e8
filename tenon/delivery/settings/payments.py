"""Payments: which providers take them, and the account at Stripe. All by environment."""

from django.core.exceptions import ImproperlyConfigured

from tenon.kernel.env import Env

PROVIDERS = ("manual", "stripe")


def from_environment(env: Env) -> dict[str, object]:
    """PAYMENT_* and STRIPE_*. Raises ImproperlyConfigured, naming the variable."""
    secret_key = env.text("STRIPE_SECRET_KEY")
    providers = env.items("PAYMENT_PROVIDERS", default=PROVIDERS if secret_key else ("manual",))
    for name in providers:
        if name not in PROVIDERS:
            raise ImproperlyConfigured(f"PAYMENT_PROVIDERS knows {', '.join(PROVIDERS)}, and not {name}.")
    return {
        "PAYMENT_PROVIDERS": providers,
        "STRIPE_SECRET_KEY": secret_key,
        "STRIPE_PUBLISHABLE_KEY": env.text("STRIPE_PUBLISHABLE_KEY"),
        "STRIPE_WEBHOOK_SECRET": env.text("STRIPE_WEBHOOK_SECRET"),
        "STRIPE_API_BASE": env.text("STRIPE_API_BASE", default="https://api.stripe.com").rstrip("/"),
    }
