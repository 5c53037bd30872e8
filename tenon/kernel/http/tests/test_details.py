"""Rows by their ids, whose statements are built once: what the serializer says, within the scope."""

from typing import Any
from uuid import UUID

import pytest
from rest_framework import serializers

from tenon.kernel.errors import NotFound
from tenon.kernel.http.details import CompiledRows
from tenon.kernel.ids import new_id
from tenon.kernel.tenancy.errors import NoScope
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.organizations.models import Membership
from tenon.platform.organizations.tests.factories import add_member, make_organization, make_user
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db


class MemberSerializer(serializers.Serializer[Any]):
    user_id = serializers.UUIDField()
    name = serializers.CharField(source="user.first_name")
    role = serializers.CharField()
    roles = serializers.ListField(help_text="Of another statement.")


BUILT: list[UUID] = []


def memberships(*, user_id: UUID) -> Any:
    BUILT.append(user_id)
    return Membership.objects.filter(user=user_id).order_by("created_at")


MEMBER = CompiledRows(MemberSerializer, memberships, also=("version",), without={"roles"}, user_id=UUID)


def test_a_row_is_shown_as_its_serializer_says():
    made = make_organization()
    person = add_member(made.id, make_user(first_name="Ada"), role="billing")
    with organization_scope(made.id):
        found = MEMBER.one(user_id=person.id)
        assert MEMBER.all(user_id=person.id) == [found.body]
    assert found.body == {"user_id": person.id, "name": "Ada", "role": "billing"}
    assert found.also == (1,)


def test_what_is_not_in_the_scope_is_not_found():
    made, other = make_organization(), make_organization()
    person = add_member(other.id)
    with organization_scope(made.id):
        for user_id in (person.id, new_id()):
            assert MEMBER.all(user_id=user_id) == []
            with pytest.raises(NotFound):
                MEMBER.one(user_id=user_id)
    with pytest.raises(NoScope):
        MEMBER.all(user_id=person.id)


def test_it_is_built_once_and_is_one_query():
    made = make_organization()
    people = [add_member(made.id) for _ in range(2)]
    with organization_scope(made.id):
        MEMBER.all(user_id=people[0].id)
        built = len(BUILT)
        for person in people:
            with query_budget(1):
                assert MEMBER.one(user_id=person.id).body["user_id"] == person.id
    assert len(BUILT) == built
