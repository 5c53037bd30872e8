"""The authentication flow of Kastoma: register, login, refresh, password reset, as its document lists the paths."""

import pytest

from tenon.testing.client import Api
from tests.journeys.conftest import path_of

REGISTRATION = {
    "username": "shopper",
    "email": "shopper@example.com",
    "first_name": "Sam",
    "last_name": "Shopper",
    "password": "Kastoma-basket-42",
    "password_confirm": "Kastoma-basket-42",
}
CREDENTIALS = {"email": "shopper@example.com", "password": "Kastoma-basket-42"}


@pytest.fixture
def shopper(delivered):
    """Somebody who has registered and followed the emailed link."""
    assert Api().post("/api/v1/auth/register/", REGISTRATION).status_code == 201
    Api().get(path_of(delivered("shopper@example.com")[-1].links[0]))


@pytest.mark.usefixtures("shopper")
def test_login_answers_with_tokens_and_the_person():
    answer = Api().post("/api/v1/auth/login/", CREDENTIALS)
    assert answer.status_code == 200
    user = answer.json()["user"]
    assert {name: user[name] for name in user if name != "id"} == {
        "username": "shopper",
        "email": "shopper@example.com",
        "first_name": "Sam",
        "last_name": "Shopper",
        "full_name": "Sam Shopper",
    }


@pytest.mark.usefixtures("shopper")
def test_refresh_and_verify():
    tokens = Api().post("/api/v1/auth/login/", CREDENTIALS).json()
    refreshed = Api().post("/api/v1/auth/refresh/", {"refresh": tokens["refresh"]})
    assert refreshed.status_code == 200
    assert Api().post("/api/v1/auth/verify/", {"token": refreshed.json()["access"]}).status_code == 200


@pytest.mark.usefixtures("shopper")
def test_password_reset(delivered):
    assert Api().post("/api/v1/auth/password-reset/", {"email": "shopper@example.com"}).status_code == 202
    secret = delivered("shopper@example.com")[-1].links[0].partition("#token=")[2]
    body = {"token": secret, "password": "Kastoma-basket-43"}
    assert Api().post("/api/v1/auth/password-reset-confirm/", body).status_code == 200
    assert Api().post("/api/v1/auth/login/", {**CREDENTIALS, "password": body["password"]}).status_code == 200


@pytest.mark.usefixtures("shopper")
def test_a_taken_address_is_named():
    again = Api().post("/api/v1/auth/register/", {**REGISTRATION, "email": "SHOPPER@example.com"})
    assert (again.status_code, again.json()["code"]) == (400, "email_taken")
    assert again.json()["errors"][0]["pointer"] == "/email"


def test_two_different_passwords_are_refused():
    refused = Api().post("/api/v1/auth/register/", {**REGISTRATION, "password_confirm": "Kastoma-basket-41"})
    assert refused.status_code == 400
    assert refused.json()["errors"] == [
        {
            "pointer": "/password_confirm",
            "code": "password_mismatch",
            "detail": "The two passwords are not the same.",
        }
    ]
