"""Reading a person's address book with one shop."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from tenon.domains.orders.models import CustomerAddress
from tenon.kernel.errors import NotFound
from tenon.kernel.tenancy.scopes import organization_scope


@dataclass(frozen=True, slots=True)
class AddressFacts:
    """An address, in the form that checkouts take."""

    id: UUID
    label: str
    full_name: str
    line1: str
    line2: str
    city: str
    region: str
    postal_code: str
    country: str
    phone: str
    email: str
    is_default_shipping: bool
    is_default_billing: bool
    created_at: datetime
    updated_at: datetime


_FACTS = tuple(field.name for field in fields(AddressFacts))


def addresses_of(user_id: UUID) -> QuerySet[CustomerAddress, Any]:
    """The addresses of a person, in the scope, as values."""
    rows: QuerySet[CustomerAddress, Any] = CustomerAddress.objects.filter(user=user_id).values(*_FACTS)
    return rows


def address_facts_of(address: CustomerAddress) -> AddressFacts:
    """The facts of an address that is loaded already."""
    return AddressFacts(**{name: getattr(address, name) for name in _FACTS})


def address_facts(*, organization_id: UUID, user_id: UUID, address_id: UUID) -> AddressFacts:
    """An address. Raises NotFound, also for somebody else's."""
    with organization_scope(organization_id, read_only=True):
        row = addresses_of(user_id).filter(pk=address_id).first()
    if row is None:
        raise NotFound
    return AddressFacts(**row)
