"""Operations, as callers see them."""

from typing import cast
from uuid import UUID

from django.db.models import Q, QuerySet

from tenon.kernel.errors import NotFound
from tenon.kernel.operations import policies
from tenon.kernel.operations.models import Operation
from tenon.kernel.principal import Principal


def visible(*, principal: Principal, operation_id: UUID) -> Operation:
    """One operation that the principal may see. Raises NotFound."""
    operation = Operation.objects.filter(id=operation_id).first()
    if operation is None or not policies.may(principal, operation, policies.READ):
        raise NotFound
    return operation


def own(*, principal: Principal) -> QuerySet[Operation]:
    """What the principal has started: for nobody but itself, and in the organization that it acts in."""
    here = Q(organization_id__isnull=True) | Q(organization_id=principal.organization_id)
    return Operation.objects.filter(here, started_by=cast(UUID, principal.id))
