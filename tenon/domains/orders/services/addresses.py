"""The address book of a person with one shop. Orders keep copies of their own."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from tenon.domains.orders.errors import TooManyAddresses
from tenon.domains.orders.models import CustomerAddress
from tenon.domains.orders.selectors.addresses import AddressFacts, address_facts_of
from tenon.kernel.errors import NotFound
from tenon.kernel.retries import retried
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity import services as accounts

MOST = 50
DEFAULTS = ("is_default_shipping", "is_default_billing")


@retried
def add(*, organization_id: UUID, user_id: UUID, values: Mapping[str, Any]) -> AddressFacts:
    """Write an address down; the first one is the one for everything. Raises TooManyAddresses."""
    with organization_scope(organization_id):
        others = _book(user_id)
        if len(others) >= MOST:
            raise TooManyAddresses
        address = CustomerAddress(user_id=user_id, **values)
        if not others:
            address.is_default_shipping = address.is_default_billing = True
        address.save()
        _one_default(others, address)
        return address_facts_of(address)


@retried
def update(*, organization_id: UUID, user_id: UUID, address_id: UUID, changes: Mapping[str, Any]) -> AddressFacts:
    """Give fields other values. Raises NotFound, also for somebody else's."""
    with organization_scope(organization_id):
        book = _book(user_id)
        address = next((each for each in book if each.id == address_id), None)
        if address is None:
            raise NotFound
        for name, value in changes.items():
            setattr(address, name, value)
        address.save(update_fields=list(changes))
        _one_default([each for each in book if each is not address], address)
        return address_facts_of(address)


@retried
def remove(*, organization_id: UUID, user_id: UUID, address_id: UUID) -> None:
    """Strike an address out. Raises NotFound, also for somebody else's."""
    with organization_scope(organization_id):
        accounts.take_turn(user_id=user_id)
        if not CustomerAddress.objects.filter(pk=address_id, user=user_id).delete()[0]:
            raise NotFound


def _book(user_id: UUID) -> list[CustomerAddress]:
    """All of the person's, in their turn: there is one default, and no more than MOST, whatever they do at once."""
    accounts.take_turn(user_id=user_id)
    return list(CustomerAddress.objects.filter(user=user_id).order_by("id"))


def _one_default(others: list[CustomerAddress], address: CustomerAddress) -> None:
    for name in DEFAULTS:
        if getattr(address, name):
            former = [each.id for each in others if getattr(each, name)]
            CustomerAddress.objects.filter(pk__in=former).update(**{name: False})
