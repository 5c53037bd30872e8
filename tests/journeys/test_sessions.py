"""Somebody looks where they are signed in, and signs out elsewhere."""

import pytest

from tenon.testing.client import Api
from tests.journeys.conftest import sign_in

SESSIONS = "/api/v1/auth/sessions/"


def test_the_list_shows_every_device_and_the_current_one(member):
    laptop = sign_in(member, device="Firefox on a laptop")
    phone = sign_in(member, device="Safari on a phone")

    listed = phone.get(SESSIONS).json()
    assert listed["meta"] == {"next": None, "prev": None, "total": 2}
    shown = {session["device"]: (session["current"], session["ip"]) for session in listed["data"]}
    assert shown == {
        "Firefox on a laptop": (False, laptop.address),
        "Safari on a phone": (True, phone.address),
    }
    assert all(session["last_used_at"] >= session["created_at"] for session in listed["data"])


def test_a_lost_phone_is_signed_out_at_once(member):
    laptop, phone = sign_in(member), sign_in(member, device="the phone")
    (lost,) = [each["id"] for each in laptop.get(SESSIONS).json()["data"] if each["device"] == "the phone"]

    assert laptop.delete(f"{SESSIONS}{lost}/").status_code == 204

    assert phone.get("/user/details/").status_code == 401
    assert Api().post("/api/v1/auth/refresh/", {"refresh": phone.refresh}).status_code == 401
    assert laptop.get("/user/details/").status_code == 200
    assert laptop.delete(f"{SESSIONS}{lost}/").status_code == 404


def test_signing_out_everywhere_else_keeps_this_device(member):
    others = [sign_in(member) for _ in range(3)]
    here = sign_in(member)

    assert here.delete(SESSIONS).status_code == 204

    assert [each.get("/user/details/").status_code for each in others] == [401, 401, 401]
    assert [session["current"] for session in here.get(SESSIONS).json()["data"]] == [True]


def test_signing_out_of_all_ends_this_session_too(member):
    other, here = sign_in(member), sign_in(member)

    assert here.post("/api/v1/auth/logout/", {"all": True}).status_code == 204

    assert here.get("/user/details/").status_code == 401
    assert other.get("/user/details/").status_code == 401


@pytest.mark.parametrize("access", ["", "expired.access.token"])
def test_signing_out_needs_no_good_access_token(member, access):
    device, other = sign_in(member), sign_in(member)

    assert Api(token=access).post("/api/v1/auth/logout/", {"refresh": device.refresh}).status_code == 204

    assert device.get("/user/details/").status_code == 401
    assert other.get("/user/details/").status_code == 200


def test_signing_out_of_all_needs_an_access_token(member):
    device = sign_in(member)

    refused = Api().post("/api/v1/auth/logout/", {"refresh": device.refresh, "all": True})

    assert (refused.status_code, refused.json()["code"]) == (401, "not_authenticated")
    assert device.get("/user/details/").status_code == 200


def test_an_access_token_says_better_than_a_refresh_token_which_session_ends(member):
    here, other = sign_in(member), sign_in(member)

    assert here.post("/api/v1/auth/logout/", {"refresh": other.refresh}).status_code == 204

    assert here.get("/user/details/").status_code == 401
    assert other.get("/user/details/").status_code == 200


def test_a_stolen_refresh_token_ends_the_session(member):
    owner = sign_in(member)
    stolen = owner.refresh
    for _ in range(2):
        owner.refresh = Api().post("/api/v1/auth/refresh/", {"refresh": owner.refresh}).json()["refresh"]

    assert Api().post("/api/v1/auth/refresh/", {"refresh": stolen}).status_code == 401

    assert Api().post("/api/v1/auth/refresh/", {"refresh": owner.refresh}).status_code == 401
    assert owner.get("/user/details/").status_code == 401
