"""Statements that are built once: the same rows as the queryset, and no row beyond the scope."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db.models import QuerySet

from tenon.kernel.statements import Statement
from tenon.kernel.tenancy.errors import NoScope
from tenon.kernel.tenancy.scopes import organization_scope, self_scope, system_scope
from tenon.platform.identity.models import Session, User
from tenon.platform.identity.tests.factories import start_session
from tenon.platform.organizations.models import Membership
from tenon.platform.organizations.tests.factories import NOW, add_member, make_organization, make_user

pytestmark = pytest.mark.django_db


def _memberships(user_id: UUID) -> QuerySet[Membership, Any]:
    return Membership.objects.filter(user=user_id).values_list(
        "id", "user_id", "grants", "created_at", "organization__name"
    )


MEMBERSHIPS = Statement(_memberships, user_id=UUID)


def test_the_rows_are_those_of_the_queryset_whatever_the_values():
    made = make_organization()
    people = [make_user(), add_member(made.id, grants=["billing"]), add_member(made.id)]
    with organization_scope(made.id):
        for person in people:
            assert MEMBERSHIPS.rows(user_id=person.id) == list(_memberships(person.id))


def test_rows_stay_within_the_scope_that_is_open_when_it_runs():
    first, second = make_organization(), make_organization()
    person = add_member(first.id)
    add_member(second.id, person)
    names = {}
    for made in (first, second):
        with organization_scope(made.id):
            names[made.id] = [row[0] for row in MEMBERSHIPS.rows(user_id=person.id)]
    with self_scope(person.id):
        mine = [row[0] for row in MEMBERSHIPS.rows(user_id=person.id)]
    with self_scope(uuid4()):
        assert MEMBERSHIPS.rows(user_id=person.id) == []
    assert len(names[first.id]) == len(names[second.id]) == 1
    assert sorted(mine) == sorted(names[first.id] + names[second.id])
    with pytest.raises(NoScope):
        MEMBERSHIPS.rows(user_id=person.id)


def test_a_system_scope_sees_all():
    made = make_organization()
    person = add_member(made.id)
    with system_scope(reason="a test looks at every organization"):
        assert [row[4] for row in MEMBERSHIPS.rows(user_id=person.id)] == [made.name]


def test_times_and_texts_are_put_in_their_places():
    person = make_user(first_name="Ada", date_joined=NOW)
    since = Statement(
        lambda when, name: User.objects.filter(date_joined__gte=when, first_name=name).values_list("pk", "date_joined"),
        when=datetime,
        name=str,
    )
    assert since.rows(when=NOW, name="Ada") == [(person.pk, NOW)]
    assert since.first(when=NOW + timedelta(seconds=1), name="Ada") is None
    assert since.first(when=NOW, name="Eve") is None


def test_an_argument_that_nothing_is_compared_with_is_a_mistake():
    careless = Statement(lambda user_id: User.objects.values_list("pk"), user_id=UUID)
    with pytest.raises(TypeError, match="user_id"):
        careless.rows(user_id=uuid4())


def test_numbers_are_put_in_their_places_and_rows_are_counted():
    person = make_user()
    logins = Statement(
        lambda user_id, counter: Session.objects.filter(user=user_id, counter__gte=counter).values_list("pk")[:2],
        user_id=UUID,
        counter=int,
    )
    for _ in range(3):
        start_session(person)
    assert logins.count(user_id=person.pk, counter=0) == 2
    assert logins.count(user_id=person.pk, counter=1) == 0
    assert len(logins.rows(user_id=person.pk, counter=-1)) == 2
