"""Forgetting guests' carts whose time is up."""

from datetime import datetime

from tenon.domains.orders.models import Cart, CartItem
from tenon.domains.orders.services.turns import locked
from tenon.kernel.tenancy.scopes import system_scope

BATCH = 500


def purge(*, now: datetime) -> int:
    """Delete the carts of guests who have not touched them for long; how many."""
    deleted = 0
    # In batches that each commit, so that no lock is held for long.
    while True:
        with system_scope(reason="guests' carts of all organizations end alike"):
            # Held, so that nobody puts anything into one that is about to go.
            ended = locked(Cart.objects.filter(expires_at__lte=now).order_by("pk"))
            batch = [cart.pk for cart in ended[:BATCH]]
            if not batch:
                return deleted
            CartItem.objects.filter(cart__in=batch).delete()
            deleted += Cart.objects.filter(pk__in=batch).delete()[0]
