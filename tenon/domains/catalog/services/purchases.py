"""Who has had what delivered, kept from the events of orders."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from tenon.domains.catalog.models import Product, Purchase
from tenon.kernel.tenancy.scopes import organization_scope


def note_delivery(*, organization_id: UUID, user_id: UUID, product_ids: Iterable[UUID], now: datetime) -> None:
    """The products have arrived at the person. What they had before stays as it is, what is gone is passed over."""
    with organization_scope(organization_id):
        known = Product.objects.filter(pk__in=set(product_ids)).order_by("pk").values_list("pk", flat=True)
        purchases = [
            Purchase(user_id=user_id, product_id=product_id, first_delivered_at=now, created_at=now)
            for product_id in known
        ]
        Purchase.objects.bulk_create(purchases, ignore_conflicts=True)
