"""Lists whose statements are built once: what the serializer says is what is read, within the scope, and no more often.

That they answer as every other list does, `test_pagination` says.
"""

from typing import Any

import pytest
from django.db.models import F, Q
from django.test import RequestFactory
from rest_framework import serializers
from rest_framework.request import Request

from tenon.kernel.http import filters
from tenon.kernel.http.columns import Made
from tenon.kernel.http.compiled import CompiledPage
from tenon.kernel.http.filters import Condition
from tenon.kernel.outbox.models import Entry
from tenon.kernel.tenancy.errors import NoScope
from tenon.kernel.tenancy.scopes import organization_scope, system_scope
from tenon.platform.identity.models import User
from tenon.platform.organizations.models import Invitation, Membership
from tenon.platform.organizations.tests.factories import NOW, add_member, make_organization, make_user
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db


class PersonSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField(source="first_name")


class MemberSerializer(serializers.Serializer[Any]):
    person = PersonSerializer(source="user")
    initials = serializers.CharField()
    role = serializers.CharField()
    house = serializers.CharField(source="organization.name")
    made = {"initials": Made(lambda first, last: first[:1] + last[:1], "user__first_name", "user__last_name")}


def page(serializer: type[serializers.Serializer[Any]], rows: Any = Membership.objects.all, **kwargs: Any) -> Any:
    return CompiledPage(
        serializer=serializer, rows=rows, sort_fields={"joined_at": "created_at"}, default_sort="joined_at", **kwargs
    )


def ask(list_: CompiledPage, query: str = "", **given: Any) -> dict[str, Any]:
    return list_.of(Request(RequestFactory().get(f"/list/?{query}")), **given)


def serializer_of(**fields: Any) -> type[serializers.Serializer[Any]]:
    return type("Shown", (serializers.Serializer,), fields)


MEMBERS = page(MemberSerializer, filters={"role": filters.word("role")})


def test_nested_objects_and_fields_of_several_columns():
    made = make_organization(name="House")
    person = add_member(made.id, make_user(first_name="Ada", last_name="Lovelace"), role="billing")
    with organization_scope(made.id):
        shown = ask(MEMBERS, "filter[role]=billing")["data"]
    assert shown == [
        {"person": {"id": person.id, "name": "Ada"}, "initials": "AL", "role": "billing", "house": "House"}
    ]


def test_an_object_that_is_not_there_is_null():
    invited = page(serializer_of(invitee=PersonSerializer(allow_null=True)), Invitation.objects.all)
    made = make_organization()
    with organization_scope(made.id):
        Invitation.objects.create(email="a@example.com", role="member", expires_at=NOW, invited_by_id=made.owner_id)
        assert ask(invited)["data"] == [{"invitee": None}]


def test_each_scope_sees_its_own_rows():
    houses = [make_organization(), make_organization()]
    for made in houses:
        add_member(made.id)
    for made in houses:
        with organization_scope(made.id):
            found = ask(MEMBERS)
        assert {row["house"] for row in found["data"]} == {made.name}
        assert found["meta"]["total"] == 2
    with system_scope(reason="a test looks at every organization"):
        assert ask(MEMBERS)["meta"]["total"] >= 4
    with pytest.raises(NoScope):
        ask(MEMBERS)


def test_page_and_total_are_one_statement_also_where_nothing_is_found():
    made = make_organization()
    for _ in range(3):
        add_member(made.id)
    with organization_scope(made.id):
        first = ask(MEMBERS, "limit=2")
        with query_budget(1):
            assert ask(MEMBERS, "limit=2")["meta"]["total"] == 4
        with query_budget(1):
            assert ask(MEMBERS, f"limit=2&cursor={first['meta']['next']}")["meta"]["total"] == 4
        with query_budget(1):
            assert ask(MEMBERS, "filter[role]=nobody")["meta"]["total"] == 0


def test_a_form_is_built_once_whatever_the_values():
    calls = []

    def rows() -> Any:
        calls.append(1)
        return Membership.objects.all()

    counted = page(MemberSerializer, rows, filters={"role": filters.word("role")})
    made = make_organization()
    with organization_scope(made.id):
        ask(counted, "filter[role][in]=admin,member,billing")
        built = len(calls)
        for query in ("filter[role][in]=a,b,c", "filter[role][in]=a,b,c,d&limit=3"):
            ask(counted, query)
        assert len(calls) == built
        ask(counted, "filter[role][in]=a,b,c,d,e")
        assert len(calls) > built


@pytest.mark.parametrize(
    ("field", "complaint"),
    [
        (serializers.IntegerField(source="role"), "but the column is"),
        (serializers.CharField(source="nickname"), "no column nickname"),
        (serializers.CharField(source="user.nickname"), "no column user__nickname"),
        (serializers.DateTimeField(source="selected_at"), "can be null"),
        (serializers.SerializerMethodField(method_name="get_it"), "no column"),
        (serializers.ListField(child=PersonSerializer(), source="user"), "but the column is"),
    ],
)
def test_a_field_that_its_column_cannot_fill_is_refused(field, complaint):
    made = make_organization()
    with organization_scope(made.id), pytest.raises(TypeError, match=complaint):
        ask(page(serializer_of(it=field)))


def test_a_filter_that_is_no_column_is_asked_as_the_list_says():
    class Halves(CompiledPage):
        def clause(self, condition: Condition) -> Q:
            if condition.lookup == "half__exact":
                return Q(role__startswith=condition.value[:3])
            return super().clause(condition)

    halves = Halves(
        serializer=MemberSerializer,
        rows=Membership.objects.all,
        sort_fields={"joined_at": "created_at"},
        default_sort="joined_at",
        filters={"half": filters.word("half"), "role": filters.word("role")},
    )
    made = make_organization()
    for role in ("billing", "bilingual", "member"):
        add_member(made.id, role=role)
    with organization_scope(made.id):
        assert ask(halves, "filter[half]=bill")["meta"]["total"] == 2
        assert ask(halves, "filter[half]=memo")["meta"]["total"] == 1
        assert ask(halves, "filter[half]=bill&filter[role]=billing")["meta"]["total"] == 1


def test_annotations_are_columns():
    made = make_organization()
    owned = serializer_of(owner=serializers.UUIDField())
    named = page(owned, lambda: Membership.objects.annotate(owner=F("organization__owner")))
    with organization_scope(made.id):
        assert [row["owner"] for row in ask(named)["data"]] == [made.owner_id]


def test_what_the_rows_are_called_with_is_a_value():
    people = CompiledPage(
        serializer=PersonSerializer,
        rows=lambda *, name: User.objects.filter(first_name=name),
        sort_fields={"id": "id"},
        default_sort="id",
    )
    for name in ("Ada", "Grace"):
        make_user(first_name=name)
    for name in ("Ada", "Grace", "Eve"):
        assert {row["name"] for row in ask(people, name=name)["data"]} == ({name} - {"Eve"})


def test_what_goes_in_alone_is_not_shown():
    hidden = CompiledPage(
        serializer=serializer_of(name=serializers.CharField(), secret=serializers.CharField(write_only=True)),
        rows=Entry.objects.all,
        sort_fields={"name": "name"},
        default_sort="name",
    )
    Entry.objects.create(kind="job", name="a", created_at="2026-01-01T00:00:00Z")
    assert ask(hidden)["data"] == [{"name": "a"}]
