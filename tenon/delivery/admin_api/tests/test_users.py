"""Accounts through the admin API."""

import pytest

from tenon.kernel import clock
from tenon.platform.identity.models import Session, User
from tenon.platform.identity.tests.factories import make_user, start_session
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db


def test_accounts_are_listed_filtered_and_sorted(api, root):
    ada, _ = make_user(first_name="Ada"), make_user(is_active=False)
    found = api.get("/admin/api/users/?filter[is_active]=true&sort=-date_joined").json()
    assert [row["id"] for row in found["data"]] == [str(ada.pk), str(root.pk)]
    assert found["data"][0]["first_name"] == "Ada"
    assert "password" not in found["data"][0]
    name = ada.email.partition("@")[0]
    assert [row["id"] for row in api.get(f"/admin/api/users/?filter[email][contains]={name}").json()["data"]] == [
        str(ada.pk)
    ]


@pytest.mark.parametrize("people", [1, 10])
def test_the_list_is_flat(api, people):
    for _ in range(people):
        make_user()
    with query_budget(3):  # who asks; whether they may; the page
        assert api.get("/admin/api/users/").status_code == 200


def test_one_account(api):
    person = make_user()
    assert api.get(f"/admin/api/users/{person.pk}/").json()["data"]["email"] == person.email
    assert api.get("/admin/api/users/0199f6f0-4c1e-7a52-9d3c-5b6f1f0a7e21/").status_code == 404


def test_an_account_is_disabled_and_enabled(api):
    person = make_user()
    start_session(person, now=clock.now())
    path = f"/admin/api/users/{person.pk}/disablement/"
    assert api.request("PUT", path).status_code == 204
    assert not User.objects.get(pk=person.pk).is_active
    assert not Session.objects.live(clock.now()).filter(user=person).exists()
    assert api.delete(path).status_code == 204
    assert User.objects.get(pk=person.pk).is_active


def test_nobody_disables_themselves(api, root):
    answer = api.request("PUT", f"/admin/api/users/{root.pk}/disablement/")
    assert (answer.status_code, answer.json()["code"]) == (409, "own_rights")


def test_accounts_of_staff_are_for_superusers(clerk, root):
    api = clerk("view_user", "change_user")
    assert api.request("PUT", f"/admin/api/users/{root.pk}/disablement/").status_code == 403
    assert api.delete(f"/admin/api/users/{root.pk}/disablement/").status_code == 403
    assert api.delete(f"/admin/api/users/{root.pk}/sessions/").status_code == 403
    assert api.delete(f"/admin/api/users/{make_user().pk}/sessions/").status_code == 204


def test_signing_out_everywhere(api):
    person = make_user()
    start_session(person, now=clock.now())
    assert api.delete(f"/admin/api/users/{person.pk}/sessions/").status_code == 204
    assert not Session.objects.live(clock.now()).filter(user=person).exists()


def test_who_i_am(api, root, clerk):
    assert api.get("/admin/api/me/").json()["data"] == {
        "id": str(root.pk),
        "email": root.email,
        "is_superuser": True,
        "rights": [],
        "csrf_token": "",
    }
    assert clerk("view_user").get("/admin/api/me/").json()["data"]["rights"] == ["identity.view_user"]
