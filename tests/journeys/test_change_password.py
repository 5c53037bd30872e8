"""Somebody signed in chooses another password."""

from tenon.testing.client import Api
from tests.journeys.conftest import PASSWORD, sign_in

NEW = "staple-7-battery-horse"
PATH = "/api/v1/auth/password/"


def test_this_device_stays_signed_in_and_the_others_do_not(api, delivered, member):
    here, elsewhere = sign_in(member), sign_in(member)

    changed = here.post(PATH, {"current_password": PASSWORD, "new_password": NEW})
    assert changed.status_code == 200

    assert here.get("/user/details/").status_code == 200
    assert Api().post("/api/v1/auth/refresh/", {"refresh": here.refresh}).status_code == 200
    assert elsewhere.get("/user/details/").status_code == 401
    assert api.post("/api/v1/auth/login/", {"email": member, "password": PASSWORD}).status_code == 401
    sign_in(member, NEW)
    assert "changed" in delivered(member)[-1].subject.lower()


def test_a_wrong_current_password_changes_nothing(member):
    here, elsewhere = sign_in(member), sign_in(member)

    refused = here.post(PATH, {"current_password": "not-my-password-1", "new_password": NEW})
    assert (refused.status_code, refused.json()["code"]) == (400, "wrong_password")
    assert refused.json()["errors"][0]["pointer"] == "/current_password"

    assert elsewhere.get("/user/details/").status_code == 200
    sign_in(member)


def test_a_weak_new_password_is_refused_with_its_reason(member):
    refused = sign_in(member).post(PATH, {"current_password": PASSWORD, "new_password": "password1"})
    assert (refused.status_code, refused.json()["code"]) == (400, "weak_password")
    assert refused.json()["errors"] == [
        {"pointer": "/new_password", "code": "password_too_common", "detail": "This password is too common."}
    ]
