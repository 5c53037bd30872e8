"""How many statements each route costs, however many keys there are. Counters are left out."""

import pytest

from tenon.platform.api_keys.tests.factories import make_key, programs
from tenon.platform.organizations.tests.factories import make_organization, make_user
from tenon.platform.organizations.tests.people import at, signed_in
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db
KEYS = "/api/v1/api-keys/"


def cost(api, method, path, body=None, *, status=200) -> int:
    with query_budget(100) as queries:
        answer = api.request(method, path, body)
    assert answer.status_code == status, answer.content
    return len([each for each in queries if "limits_counter" not in each])


@pytest.fixture
def owner():
    """Who owns `made`."""
    return make_user()


@pytest.fixture
def made(owner):
    """An organization."""
    return make_organization(owner)


@pytest.mark.parametrize("rows", [1, 15])
def test_lists_are_flat(owner, made, rows):
    for _ in range(rows):
        make_key(made.id)
    # Who asks, what they are there, the page, and for a longer list its total.
    assert cost(signed_in(owner), "GET", KEYS) <= 4


def test_a_request_by_key_costs_one_query_besides_the_views_own(owner, made):
    key = programs(make_key(made.id))
    person = signed_in(owner)
    path = at(made.id, "members/")
    # The first of a minute notes the use.
    assert cost(key, "GET", path) - cost(key, "GET", path) == 1
    assert cost(key, "GET", path) == cost(person, "GET", path) - 1  # people's membership is asked for besides
    assert cost(key, "GET", f"{KEYS}current/") == 2


def test_writes(owner, made):
    api = signed_in(owner)
    key = make_key(made.id).key
    assert cost(api, "GET", f"{KEYS}{key.id}/") == 3
    # Who asks and what they are there; the turn, and what they are by then; the change; its event; a new key's letters.
    assert cost(api, "PATCH", f"{KEYS}{key.id}/", {"name": "Other"}) <= 12
    assert cost(api, "POST", f"{KEYS}{key.id}/rotation/", {}) <= 12
    assert cost(api, "DELETE", f"{KEYS}{key.id}/", status=204) <= 10
    assert cost(api, "POST", KEYS, {"name": "x", "scopes": ["members:list"]}, status=201) <= 18
