"""What customers are told of their orders: people as they wish, guests by a letter to the address of the order."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation

from tenon.domains.orders.engines import guests
from tenon.domains.orders.models import Order
from tenon.kernel import mail
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity import selectors as identity
from tenon.platform.notifications.policies import NotificationType
from tenon.platform.notifications.services import notify
from tenon.platform.organizations import selectors as organizations


def tell(*, organization_id: UUID, order_id: UUID, kind: NotificationType, values: Mapping[str, str]) -> None:
    """Tell whoever ordered, in the language that they ordered in. An order that nobody is in any more tells nobody.

    An account whose address is not verified yet is written to as a guest is, at the address that the order has.
    """
    house = organizations.organization_facts(organization_id=organization_id)
    with organization_scope(organization_id):
        rows: QuerySet[Any, Any] = Order.objects.filter(pk=order_id)
        row = rows.values("number", "user_id", "email", "locale").first()
        if row is None:
            return
        told = {"number": row["number"], "organization": house.name, **values}
        people = identity.active_people(user_ids=[row["user_id"]]) if row["user_id"] else []
        if people:
            notify(
                recipient_ids=[row["user_id"]],
                kind=kind,
                values=told,
                target_url=f"/orders/{order_id}",
                organization_id=organization_id,
            )
        if row["email"] and not any(person.is_verified for person in people):
            _write(row, order_id, kind, told, locale=row["locale"] or house.locale)


def _write(
    row: Mapping[str, Any], order_id: UUID, kind: NotificationType, values: Mapping[str, str], *, locale: str
) -> None:
    with translation.override(locale or settings.LANGUAGE_CODE):
        context = {"title": str(kind.title), "message": kind.rendered(values)}
    # In the fragment, which a browser sends neither to a server nor in a Referer.
    token = "" if row["user_id"] else f"#token={guests.token_of(order_id)}"
    url = f"{settings.SITE_URL}/orders/{order_id}{token}"
    mail.send(template="notification", to=row["email"], context={**context, "url": url}, locale=locale)
