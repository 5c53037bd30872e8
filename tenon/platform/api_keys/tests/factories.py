"""API keys for tests."""

from typing import Any
from uuid import UUID

from tenon.kernel import clock
from tenon.kernel.principal import Principal, PrincipalKind
from tenon.platform.api_keys import services
from tenon.platform.api_keys.services import Issued
from tenon.platform.organizations import selectors
from tenon.testing.client import Api


def make_key(organization_id: UUID, *scopes: str, **fields: Any) -> Issued:
    """A key that the organization's owner has made."""
    owner_id = selectors.organization_facts(organization_id=organization_id).owner_id
    values = {"name": "A program", "now": clock.now(), **fields}
    return services.create(principal=_holder(owner_id, organization_id), scopes=scopes or ["members:list"], **values)


def programs(issued: Issued | str) -> Api:
    """A program that calls with a key."""
    return Api(token=issued if isinstance(issued, str) else issued.secret)


def _holder(user_id: UUID, organization_id: UUID) -> Principal:
    return selectors.acting(Principal(PrincipalKind.USER, user_id), str(organization_id))
