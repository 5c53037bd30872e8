"""Two organizations with probes, and a person."""

from uuid import UUID

import pytest

from tenon.kernel.tenancy.tests.factories import Tenant, make_tenant, make_user_id


@pytest.fixture
def acme(db: None) -> Tenant:
    return make_tenant("acme")


@pytest.fixture
def globex(db: None) -> Tenant:
    return make_tenant("globex")


@pytest.fixture
def user_id(db: None) -> UUID:
    return make_user_id()
