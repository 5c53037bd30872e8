"""Query budgets."""

import pytest
from django.db import connection, transaction

from tenon.platform.organizations.models import Organization
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db


def test_within_the_budget_the_queries_are_told():
    with query_budget(2) as queries:
        Organization.objects.count()
    assert len(queries) == 1
    assert "organizations_organization" in queries[0]


def test_beyond_the_budget_they_are_printed():
    with pytest.raises(
        AssertionError, match=r"2 queries, where 1 were allowed:\n  1\. SELECT.*\n  2\. SELECT"
    ) as failed:
        count_twice()
    assert str(failed.value).count("organizations_organization") >= 2


def count_twice() -> None:
    with query_budget(1):
        Organization.objects.count()
        Organization.objects.exists()


def test_transactions_and_scopes_cost_nothing():
    with query_budget(0) as queries, transaction.atomic(), transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('app.organization', '', true)")
    assert queries == []


def test_an_error_inside_is_not_hidden():
    with pytest.raises(ZeroDivisionError), query_budget(0):
        count_and_fail()


def count_and_fail() -> None:
    Organization.objects.count()
    raise ZeroDivisionError
