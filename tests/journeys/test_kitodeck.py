"""The client of KitoDeck, as its document shows it, at the root and below /api/."""

import pytest

from tenon.testing.client import Api
from tests.journeys.conftest import path_of

# Word for word from the document.
SAMPLE = b'{"email":"user@example.com","password":"SecurePass123"}'


@pytest.fixture(params=["", "/api"], ids=["root", "api"])
def prefix(request):
    return request.param


@pytest.fixture
def signed_up(delivered, prefix):
    """The document's person, who has followed the emailed link."""
    answer = Api().post(
        f"{prefix}/auth/signup/",
        {"username": "example_user", "email": "user@example.com", "password": "SecurePass123"},
    )
    assert answer.status_code == 201
    assert answer.json()["message"] == "User created successfully"
    assert answer.json()["user"]["email"] == "user@example.com"
    Api().get(path_of(delivered("user@example.com")[-1].links[0]))


@pytest.mark.usefixtures("signed_up")
def test_the_sample_request_gets_the_sample_answer(prefix):
    answer = Api().post(f"{prefix}/auth/login/", SAMPLE)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert set(answer.json()) == {"access", "refresh", "user"}
    assert answer.json()["access"].startswith("eyJhbGciOi")
    assert answer.json()["user"].items() >= {"email": "user@example.com", "username": "example_user"}.items()


@pytest.mark.usefixtures("signed_up")
def test_details_refresh_and_sign_out(prefix):
    tokens = Api().post(f"{prefix}/auth/login/", SAMPLE).json()

    details = Api(token=tokens["access"]).get(f"{prefix}/user/details/")
    assert details.status_code == 200
    assert details.json().items() >= tokens["user"].items()

    refreshed = Api().post(f"{prefix}/token/refresh/", {"refresh": tokens["refresh"]})
    assert refreshed.status_code == 200
    assert set(refreshed.json()) == {"access", "refresh"}

    caller = Api(token=refreshed.json()["access"])
    signed_out = caller.post(f"{prefix}/auth/logout/", {"refresh": refreshed.json()["refresh"]})
    assert (signed_out.status_code, signed_out.json()) == (200, {"message": "Logged out successfully"})
    assert caller.get(f"{prefix}/user/details/").status_code == 401


@pytest.mark.usefixtures("signed_up")
def test_signing_out_by_refresh_token_alone(prefix):
    tokens = Api().post(f"{prefix}/auth/login/", SAMPLE).json()

    assert Api().post(f"{prefix}/auth/logout/", {"refresh": tokens["refresh"]}).status_code == 200

    assert Api(token=tokens["access"]).get(f"{prefix}/user/details/").status_code == 401


def test_signing_out_needs_one_token_or_the_other(prefix):
    refused = Api().post(f"{prefix}/auth/logout/")
    assert (refused.status_code, refused.json()["code"]) == (401, "not_authenticated")
    forged = Api().post(f"{prefix}/auth/logout/", {"refresh": "tnr_forged"})
    assert (forged.status_code, forged.json()["code"]) == (401, "invalid_token")


def test_wrong_credentials_are_a_problem_with_a_detail(prefix):
    refused = Api().post(f"{prefix}/auth/login/", {"email": "nobody-here@example.com", "password": "SecurePass123"})
    assert refused.status_code == 401
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["detail"] == "The email address or the password is not right."


def test_an_unverified_address_is_refused_with_the_reason(prefix, email):
    Api().post(f"{prefix}/auth/signup/", {"username": "u", "email": email, "password": "SecurePass123"})
    refused = Api().post(f"{prefix}/auth/login/", {"email": email, "password": "SecurePass123"})
    assert (refused.status_code, refused.json()["code"]) == (403, "email_not_verified")


@pytest.mark.usefixtures("signed_up")
def test_a_taken_address_is_named(prefix):
    again = Api().post(
        f"{prefix}/auth/signup/", {"username": "other", "email": "User@Example.com", "password": "SecurePass123"}
    )
    assert again.status_code == 400
    assert again.json()["errors"][0].items() >= {"pointer": "/email", "code": "email_taken"}.items()


def test_a_name_may_be_left_out(prefix, email):
    answer = Api().post(f"{prefix}/auth/signup/", {"email": email, "password": "SecurePass123"})
    assert (answer.status_code, answer.json()["user"]["username"]) == (201, "")


def test_fields_that_the_older_paths_never_knew_are_ignored(prefix, email):
    answer = Api().post(
        f"{prefix}/auth/signup/",
        {"username": "u", "email": email, "password": "SecurePass123", "captcha": "x", "is_staff": True},
    )
    assert answer.status_code == 201
