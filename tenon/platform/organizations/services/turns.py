"""Taking turns: whoever changes an organization, or who may do what in it, waits for the others and looks again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast
from uuid import UUID

from django.db import connection

from tenon.kernel.errors import NotFound
from tenon.kernel.outbox.publishing import publish
from tenon.kernel.principal import Principal, PrincipalKind
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.organizations import selectors
from tenon.platform.organizations.events import OrganizationEvent
from tenon.platform.organizations.models import Organization

_SHARED = f"SELECT 1 FROM {Organization._meta.db_table} WHERE id = %s LOCK IN SHARE MODE"  # nosec B608
_ID = Organization._meta.get_field("id")
_PEOPLE = {PrincipalKind.USER, PrincipalKind.STAFF}


@contextmanager
def turn(principal: Principal) -> Iterator[tuple[Organization, Principal]]:
    """The principal's organization, locked, in its scope, and the principal with what it may do there by now.

    What a request found out before its turn may no longer be so. Raises NotFound when the organization is closed or
    the person no longer a member.
    """
    with locked(principal.acting_in) as organization:
        if principal.kind in _PEOPLE:
            principal = selectors.placed(principal, selectors.standing_of(cast(UUID, principal.id)))
        yield organization, principal


@contextmanager
def locked(organization_id: UUID) -> Iterator[Organization]:
    """An open organization, locked, in its scope. Raises NotFound."""
    with organization_scope(organization_id):
        organization = Organization.objects.open().locked().filter(pk=organization_id).first()
        if organization is None:
            raise NotFound
        yield organization


def beside(organization_id: UUID) -> None:
    """Wait for whoever has a turn, as one of many who may be at work beside each other.

    On MariaDB alone, where each row that is inserted holds its organization anyway, shared, however late: whoever locks
    rows of it first, and inserts afterwards, would wait with them for somebody who has the turn and wants just those.
    """
    if connection.vendor == "mysql":
        with connection.cursor() as cursor:
            cursor.execute(_SHARED, [_ID.get_db_prep_value(organization_id, connection)])


def tell(event: OrganizationEvent) -> None:
    """Publish an event of an organization, in the order of its turns."""
    publish(event, aggregate=f"organization:{event.organization_id}", organization_id=event.organization_id)
