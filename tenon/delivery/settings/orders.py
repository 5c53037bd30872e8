"""Orders: what they are called, how long they wait to be paid, and carts before they become one."""

from django.core.exceptions import ImproperlyConfigured

from tenon.kernel.env import Env

_LONGEST_PREFIX = 20


def from_environment(env: Env) -> dict[str, object]:
    """The settings of orders. Raises ImproperlyConfigured."""
    prefix = env.text("ORDER_NUMBER_PREFIX", default="KAS-")
    if len(prefix) > _LONGEST_PREFIX or not prefix.isascii() or not prefix.isprintable() or " " in prefix:
        raise ImproperlyConfigured(f"ORDER_NUMBER_PREFIX must be up to {_LONGEST_PREFIX} characters without blanks.")
    return {
        "ORDER_NUMBER_PREFIX": prefix,
        "ORDER_UNPAID_MINUTES": env.integer("ORDER_UNPAID_MINUTES", default=60, minimum=1),
        "ORDER_TRANSFER_DAYS": env.integer("ORDER_TRANSFER_DAYS", default=7, minimum=1),
        "CART_KEEP_DAYS": env.integer("CART_KEEP_DAYS", default=30, minimum=1),
    }
