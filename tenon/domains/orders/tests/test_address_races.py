"""An address book that is written to from two windows at once, on a database of its own and on every engine."""

from collections.abc import Iterator
from functools import partial
from uuid import UUID

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tenon.domains.orders.errors import TooManyAddresses
from tenon.domains.orders.models import CustomerAddress
from tenon.domains.orders.services import addresses
from tenon.domains.orders.tests.factories import ADDRESS, make_organization, make_user
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity.tests.threads import together
from tenon.testing.databases import Clone

PARALLEL = 6
ROUNDS = 3
DEFAULTS = {"is_default_shipping": True, "is_default_billing": True}


@pytest.fixture(autouse=True)
def database(module_database: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), module_database.in_use():
        yield


def defaults(organization_id: UUID) -> list[int]:
    with organization_scope(organization_id):
        return [CustomerAddress.objects.filter(**{name: True}).count() for name in DEFAULTS]


def test_there_is_one_default_whatever_is_added_and_changed_at_once():
    for given in ({}, DEFAULTS) * ROUNDS:
        whose = {"organization_id": make_organization().id, "user_id": make_user().id}
        add = partial(addresses.add, **whose, values={**ADDRESS, "country": "GB", **given})
        made = together([add] * PARALLEL)
        assert defaults(whose["organization_id"]) == [1, 1], made
        change = [partial(addresses.update, **whose, address_id=each.id, changes=DEFAULTS) for each in made]
        together([*change, add])
        assert defaults(whose["organization_id"]) == [1, 1]


def test_a_book_has_its_end_for_many_at_once(monkeypatch):
    monkeypatch.setattr(addresses, "MOST", 2)
    add = partial(
        addresses.add,
        organization_id=make_organization().id,
        user_id=make_user().id,
        values={**ADDRESS, "country": "GB"},
    )
    results = together([add] * PARALLEL)
    assert [type(each) for each in results].count(TooManyAddresses) == PARALLEL - 2
