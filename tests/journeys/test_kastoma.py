"""The authentication flow of Kastoma: register, login, refresh, password reset, as its document lists the paths."""

from datetime import timedelta

import pytest

from tenon.domains.orders.tests.factories import Shop
from tenon.kernel import clock
from tenon.platform.identity.models import Session, User
from tenon.platform.identity.tests.factories import start_session
from tenon.platform.organizations.tests.factories import add_member, make_organization
from tenon.testing.client import Api
from tests.journeys.conftest import path_of, sign_in

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


@pytest.fixture
def signed_in(shopper):
    """The shopper, signed in."""
    return sign_in(CREDENTIALS["email"], CREDENTIALS["password"])


@pytest.mark.parametrize("path", ["/api/v1/users/me/", "/api/v1/profile/"])
def test_the_profile_has_two_names(signed_in, path):
    answer = signed_in.get(path)
    assert answer.status_code == 200
    body = answer.json()
    assert list(body) == [
        "id",
        "username",
        "email",
        "first_name",
        "last_name",
        "full_name",
        "is_active",
        "date_joined",
        "last_login",
    ]
    assert (body["email"], body["full_name"], body["is_active"]) == ("shopper@example.com", "Sam Shopper", True)


@pytest.mark.parametrize("path", ["/api/v1/users/update_profile/", "/api/v1/profile/update/"])
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_the_profile_is_changed(signed_in, method, path):
    answer = signed_in.request(method, path, {"first_name": "Samira", "email": "other@example.com"})
    assert (answer.status_code, answer.json()["full_name"]) == (200, "Samira Shopper")
    assert signed_in.get("/api/v1/profile/").json()["email"] == "shopper@example.com"


@pytest.mark.parametrize("path", ["/api/v1/users/change_password/", "/api/v1/profile/change-password/"])
def test_the_password_is_changed_by_the_older_path(signed_in, path):
    body = {
        "current_password": CREDENTIALS["password"],
        "new_password": "Kastoma-basket-43",
        "new_password_confirm": "Kastoma-basket-43",
    }
    mismatch = signed_in.post(path, {**body, "new_password_confirm": "another"})
    assert (mismatch.status_code, mismatch.json()["errors"][0]["pointer"]) == (400, "/new_password_confirm")
    assert signed_in.post(path, {**body, "current_password": "wrong"}).json()["code"] == "wrong_password"
    answer = signed_in.post(path, body)
    assert (answer.status_code, answer.json()) == (200, {"message": "Password changed successfully."})
    assert sign_in(CREDENTIALS["email"], "Kastoma-basket-43").token


@pytest.mark.parametrize("path", ["/api/v1/users/delete_account/", "/api/v1/profile/delete/"])
def test_a_deactivated_account_is_shut(signed_in, path):
    answer = signed_in.delete(path)
    assert (answer.status_code, answer.json()) == (200, {"message": "Account deactivated successfully."})
    assert signed_in.get("/api/v1/profile/").status_code == 401
    assert Api().post("/api/v1/auth/login/", CREDENTIALS).status_code == 401


@pytest.mark.parametrize("path", ["/api/v1/users/delete_account/", "/api/v1/profile/delete/"])
def test_who_owns_what_others_are_in_stays(signed_in, path):
    owner = User.objects.get(email=CREDENTIALS["email"])
    organization = make_organization(owner)
    add_member(organization.id)
    refused = signed_in.delete(path)
    assert (refused.status_code, refused.json()["code"]) == (409, "still_owner")
    assert refused.json()["organizations"] == [{"id": str(organization.id), "name": organization.name}]
    assert signed_in.get("/api/v1/profile/").status_code == 200


def test_an_old_session_deactivates_nothing_without_the_password(signed_in):
    Session.objects.update(created_at=clock.now() - timedelta(minutes=11))
    path = "/api/v1/profile/delete/"
    assert signed_in.delete(path).json()["code"] == "proof_required"
    wrong = signed_in.request("DELETE", path, {"password": "wrong"})
    assert wrong.json()["code"] == "wrong_password"
    assert signed_in.request("DELETE", path, {"password": CREDENTIALS["password"]}).status_code == 200


@pytest.mark.parametrize("path", ["products", "categories", "orders", "reviews", "wishlists", "stock-movements"])
def test_every_collection_says_how_many_there_are(path):
    shop = Shop()
    shop.delivered()
    owner = Api(token=start_session(User.objects.get(pk=shop.staff.id), now=clock.now()).access)
    answer = owner.get(f"/api/v1/{path}/stats/", headers={"X-Organization-ID": str(shop.id)})
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert body["total_count"] == {"products": 1, "orders": 1, "stock-movements": 2}.get(path, 0)
    assert body["timestamp"].endswith("Z")
