"""The audit log through the admin API."""

import pytest

from tenon.kernel import clock
from tenon.platform.identity.tests.factories import make_user
from tenon.platform.organizations.tests.factories import make_organization
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db


def test_what_staff_did_is_there_with_what_it_did(api, root):
    person = make_user()
    api.request("PUT", f"/admin/api/users/{person.pk}/disablement/")
    (row,) = api.get("/admin/api/audit/?filter[action][prefix]=admin:").json()["data"]
    assert (row["action"], row["outcome"], row["actor_kind"]) == ("admin:user:disable", "success", "staff")
    assert (row["actor_id"], row["target_id"]) == (str(root.pk), str(person.pk))
    assert api.get(f"/admin/api/audit/{row['id']}/").json() == row
    about = api.get(f"/admin/api/audit/?filter[target_id]={person.pk}").json()["data"]
    assert {"admin:user:disable", "identity:user:disabled"} <= {each["action"] for each in about}


def test_entries_of_every_organization_are_seen(api):
    made = [make_organization(now=clock.now()) for _ in range(2)]
    found = api.get("/admin/api/audit/?filter[action]=organizations:organization:created").json()["data"]
    assert {row["organization_id"] for row in found} == {str(each.id) for each in made}
    one = api.get(f"/admin/api/audit/?filter[organization_id]={made[0].id}").json()["data"]
    assert {row["organization_id"] for row in one} == {str(made[0].id)}


def test_an_entry_that_is_not_there(api):
    assert api.get("/admin/api/audit/0199f6f0-4c1e-7a52-9d3c-5b6f1f0a7e21/").status_code == 404


@pytest.mark.parametrize("count", [1, 8])
def test_the_list_is_flat(api, count):
    for _ in range(count):
        make_organization(now=clock.now())
    with query_budget(4):  # who asks; whether they may; the page; the total, where there is more than a page
        assert api.get("/admin/api/audit/").status_code == 200


def test_it_is_for_whom_a_group_lets_read_it(clerk):
    assert clerk("view_user").get("/admin/api/audit/").status_code == 403
    assert clerk("view_entry").get("/admin/api/audit/").status_code == 200
