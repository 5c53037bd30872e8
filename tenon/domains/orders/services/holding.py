"""Taking a person out of what is kept of them. Orders stay, since the books need them, with nobody in them."""

from datetime import datetime
from uuid import UUID

from tenon.domains.orders.models import Cart, CustomerAddress, Order, OrderNote, Return


def forget(*, user_id: UUID, now: datetime) -> None:
    """Delete the carts and addresses of a person; of the addresses in their orders only the country is kept, which
    the taxes follow from. In a system scope.
    """
    Cart.objects.filter(user=user_id).delete()
    CustomerAddress.objects.filter(user=user_id).delete()
    mine = Order.objects.filter(user=user_id)
    Return.objects.filter(order__in=mine).exclude(reason="").update(reason="")
    OrderNote.objects.filter(order__in=mine).delete()
    kept = mine.filter(forgotten_at__isnull=True).values_list("id", "shipping_address", "billing_address")
    for order_id, shipping, billing in list(kept):
        Order.objects.filter(pk=order_id).update(
            email="",
            customer_note="",
            shipping_address=_without_person(shipping),
            billing_address=_without_person(billing),
            forgotten_at=now,
        )


def _without_person(address: dict[str, str]) -> dict[str, str]:
    return {name: address[name] for name in ("country", "region") if name in address}
