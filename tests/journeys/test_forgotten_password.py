"""Somebody has forgotten the password."""

import pytest

from tenon.testing.client import Api
from tests.journeys.conftest import PASSWORD, sign_in

NEW = "staple-7-battery-horse"


@pytest.fixture
def secret(delivered, member):
    """The secret of the letter that a request for a reset has brought."""
    assert Api().post("/api/v1/auth/password-reset/", {"email": member}).status_code == 202
    letter = delivered(member)[-1]
    assert letter.links[0] in letter.html
    return letter.links[0].partition("#token=")[2]


def test_a_link_sets_a_new_password_and_ends_every_session(api, delivered, member, secret):
    laptop, phone = sign_in(member), sign_in(member)

    done = api.post("/api/v1/auth/password-reset-confirm/", {"token": secret, "password": NEW})
    assert done.status_code == 200

    for device in (laptop, phone):
        assert device.get("/user/details/").status_code == 401
        assert Api().post("/api/v1/auth/refresh/", {"refresh": device.refresh}).status_code == 401
    old = api.post("/api/v1/auth/login/", {"email": member, "password": PASSWORD})
    assert (old.status_code, old.json()["code"]) == (401, "invalid_credentials")
    assert sign_in(member, NEW).get("/user/details/").status_code == 200
    assert "changed" in delivered(member)[-1].subject.lower()


def test_the_link_works_once(api, member, secret):
    body = {"token": secret, "password": NEW}
    assert api.post("/api/v1/auth/password-reset-confirm/", body).status_code == 200

    again = api.post("/api/v1/auth/password-reset-confirm/", {**body, "password": "another-fine-password-9"})
    assert (again.status_code, again.json()["code"]) == (400, "invalid_secret")
    sign_in(member, NEW)


def test_a_weak_password_does_not_use_the_link_up(api, member, secret):
    weak = api.post("/api/v1/auth/password-reset-confirm/", {"token": secret, "password": "secret123"})
    assert (weak.status_code, weak.json()["code"]) == (400, "weak_password")
    assert weak.json()["errors"][0]["pointer"] == "/password"

    assert api.post("/api/v1/auth/password-reset-confirm/", {"token": secret, "password": NEW}).status_code == 200


def test_a_newer_link_works_beside_or_instead_of_an_older_one(api, delivered, member, secret):
    api.post("/api/v1/auth/password-reset/", {"email": member})
    newer = delivered(member)[-1].links[0].partition("#token=")[2]
    assert newer != secret

    assert api.post("/api/v1/auth/password-reset-confirm/", {"token": newer, "password": NEW}).status_code == 200
    older = api.post("/api/v1/auth/password-reset-confirm/", {"token": secret, "password": PASSWORD})
    assert (older.status_code, older.json()["code"]) == (400, "invalid_secret")


def test_an_unknown_address_gets_no_letter(api, delivered, email):
    assert api.post("/api/v1/auth/password-reset/", {"email": email}).status_code == 202
    assert delivered(email) == []
