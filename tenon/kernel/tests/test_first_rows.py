"""A row that many make at once is made once, and then each of them has its turn on it."""

from collections.abc import Iterator
from functools import partial
from uuid import UUID

import pytest
from django.db import transaction
from django.db.models import F
from pytest_django.plugin import DjangoDbBlocker

from tenon.kernel.feed.models import FeedHead
from tenon.kernel.first_rows import insert_missing
from tenon.kernel.limits.models import Counter
from tenon.kernel.tenancy.errors import NoScope, ScopeConflict
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity.tests.threads import together
from tenon.platform.organizations.tests.factories import make_organization
from tenon.testing.databases import Clone

AT_ONCE, ROUNDS = 16, 5


@pytest.fixture(autouse=True)
def database(module_database: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """One database for this module, where the threads see one another's rows."""
    with django_db_blocker.unblock(), module_database.in_use():
        yield


def counter(name: str, remaining: int) -> Counter:
    return Counter(id=name, remaining=remaining, expires_at=0)


def test_what_is_there_stays_as_it_is():
    insert_missing([counter("here", 1)])
    insert_missing([counter("here", 2), counter("new", 3)])
    assert dict(Counter.objects.filter(pk__in=["here", "new"]).values_list("id", "remaining")) == {"here": 1, "new": 3}


def test_nothing_is_inserted_where_nothing_is_missing():
    insert_missing([])


def test_what_belongs_to_an_organization_is_its_own():
    one, other = make_organization().id, make_organization().id
    with pytest.raises(NoScope):
        insert_missing([FeedHead()])
    with organization_scope(one):
        insert_missing([FeedHead(last=1)])
        insert_missing([FeedHead(last=2)])
        assert list(FeedHead.objects.values_list("organization_id", "last", "version")) == [(one, 1, 1)]
    with pytest.raises(ScopeConflict), organization_scope(one):
        insert_missing([FeedHead(organization_id=other)])
    with organization_scope(other):
        assert not FeedHead.objects.exists()


def test_a_primary_key_that_many_bring_at_once():
    def take(name: str) -> None:
        with transaction.atomic():
            insert_missing([counter(name, 0)])
            held = Counter.objects.select_for_update().get(pk=name)
            Counter.objects.filter(pk=name).update(remaining=held.remaining + 1)

    for number in range(ROUNDS):
        assert together([partial(take, f"many-{number}")] * AT_ONCE) == [None] * AT_ONCE
        assert Counter.objects.get(pk=f"many-{number}").remaining == AT_ONCE


def test_another_key_that_many_bring_at_once():
    def take(organization_id: UUID) -> None:
        with organization_scope(organization_id):
            insert_missing([FeedHead()])
            FeedHead.objects.select_for_update().get()
            FeedHead.objects.update(last=F("last") + 1)

    for _ in range(ROUNDS):
        organization_id = make_organization().id
        assert together([partial(take, organization_id)] * AT_ONCE) == [None] * AT_ONCE
        with organization_scope(organization_id):
            assert [head.last for head in FeedHead.objects.all()] == [AT_ONCE]
