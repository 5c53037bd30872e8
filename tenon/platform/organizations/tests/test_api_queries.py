"""How many statements each route costs, however many rows there are. Counters are left out."""

import pytest

from tenon.platform.identity.tests.factories import new_address
from tenon.platform.organizations.tests.factories import add_member, add_role, make_organization, make_user
from tenon.platform.organizations.tests.people import at, signed_in
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db
MANY = 100


def cost(api, method, path, body=None, *, status=200) -> int:
    with query_budget(MANY) as queries:
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


@pytest.fixture
def api(owner, made):
    """The owner's browser."""
    return signed_in(owner)


def test_me(api):
    assert cost(api, "GET", "/api/v1/me") == 2  # who asks; where they act


@pytest.mark.parametrize("rows", [1, 15])
def test_lists_are_flat(api, owner, made, rows):
    for number in range(rows):
        add_member(made.id)
        add_role(made.id, f"role_{number}", "members:list")
        make_organization(owner)
        api.post(at(made.id, "invitations/"), {"email": new_address(), "role": "member"})
    assert cost(api, "GET", "/api/v1/organizations/") == 2  # who asks; the page, which is all there is
    assert cost(api, "GET", "/api/v1/my-invites/") == 2
    # Besides, what the caller is there.
    assert cost(api, "GET", at(made.id, "members/")) == 3
    assert cost(api, "GET", at(made.id, "roles/")) == 3
    assert cost(api, "GET", at(made.id, "invitations/")) == 3
    # Where there is more than a page, the total as well: beside the page, or in it.
    assert cost(api, "GET", at(made.id, "roles/?limit=1")) == (4 if rows > 1 else 3)
    assert cost(api, "GET", at(made.id, "members/?limit=1")) == 3


def test_reading_one(api, made):
    assert cost(api, "GET", at(made.id)) == 3
    assert cost(api, "GET", at(made.id, "permissions/")) == 4


def test_a_role_of_ones_own_costs_one_more(made):
    add_role(made.id, "greeter", "members:list")
    assert cost(signed_in(add_member(made.id, role="greeter")), "GET", at(made.id)) == 4


def test_writes(api, made):
    person = add_member(made.id)
    # Who asks and what they are there; the turn, and what they are by then; the change; its event, and the two rows of
    # the audit log for it.
    # Where a member loses rights, a look at the invitations that they have sent.
    assert cost(api, "PATCH", at(made.id), {"name": "Other"}) <= 8
    assert cost(api, "POST", at(made.id, "switch/")) <= 6
    assert cost(api, "PATCH", at(made.id, f"members/{person.id}/"), {"role": "billing"}, status=204) <= 12
    assert cost(api, "DELETE", at(made.id, f"members/{person.id}/"), status=204) <= 12
    assert cost(api, "POST", at(made.id, "invitations/"), {"email": new_address(), "role": "member"}, status=201) <= 12
