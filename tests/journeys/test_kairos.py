"""The frontend of Kairos: sign-up, the emailed link, sign-in, each in the words of its document."""

from uuid import UUID

import pytest

from tenon.testing.client import Api
from tests.journeys.conftest import path_of

# Word for word from the document, whose password no validator accepts.
SIGN_UP = b'{"username": "johndoe", "email": "john@example.com", "password": "secret123"}'
SIGN_IN = b'{"email": "john@example.com", "password": "secret123"}'
ACCEPTED = b"secret-garden-of-123"


def with_a_password(sample: bytes) -> bytes:
    return sample.replace(b"secret123", ACCEPTED)


@pytest.fixture
def link(delivered):
    """The path of the link that John has been sent."""
    answer = Api().post("/api/signup/", with_a_password(SIGN_UP))
    assert (answer.status_code, answer.json()) == (201, {"message": "Signup successful. Verify email."})
    return path_of(delivered("john@example.com")[-1].links[0])


def test_the_documents_examples(link):
    assert str(UUID(link.removeprefix("/api/verify/").rstrip("/"))) in link

    early = Api().post("/api/login/", with_a_password(SIGN_IN))
    assert (early.status_code, early.json()) == (403, {"message": "Please verify your email first"})

    verified = Api().get(link)
    assert (verified.status_code, verified.json()) == (200, {"message": "Email verified"})

    signed_in = Api().post("/api/login/", with_a_password(SIGN_IN))
    assert signed_in.status_code == 200
    assert signed_in.json()["message"] == "Login successful"
    assert set(signed_in.json()) == {"message", "auth_id", "access", "refresh"}
    assert str(UUID(signed_in.json()["auth_id"])) == signed_in.json()["auth_id"]
    assert Api(token=signed_in.json()["access"]).get("/user/details/").json()["id"] == signed_in.json()["auth_id"]


def test_auth_id_never_changes_and_opens_nothing(link):
    Api().get(link)
    first, second = (Api().post("/api/login/", with_a_password(SIGN_IN)).json()["auth_id"] for _ in range(2))
    assert first == second
    assert Api().get(f"/api/verify/{first}/").json() == {"message": "Invalid token"}
    assert Api(token=first).get("/user/details/").status_code == 401


def test_the_documents_password_is_refused_with_the_reason():
    refused = Api().post("/api/signup/", SIGN_UP)
    assert refused.status_code == 400
    assert refused["Content-Type"] == "application/json"
    assert refused.json() == {"password": ["This password is too common."]}


@pytest.mark.usefixtures("link")
def test_a_taken_address_is_named_as_the_document_names_it():
    taken = Api().post("/api/signup/", with_a_password(SIGN_UP))
    assert taken.status_code == 400
    assert taken["Content-Type"] == "application/json"
    assert taken.json() == {"email": ["user with this email already exists."]}


def test_missing_and_wrong_fields_are_named():
    refused = Api().post("/api/signup/", {"email": "not an address"})
    assert refused.status_code == 400
    assert refused.json() == {
        "username": ["This field is required."],
        "email": ["Enter a valid email address."],
        "password": ["This field is required."],
    }
    refused = Api().post("/api/login/", {"email": "john@example.com"})
    assert (refused.status_code, refused.json()) == (400, {"password": ["This field is required."]})


def test_a_body_that_is_no_object_is_named():
    refused = Api().post("/api/signup/", b"[]")
    assert refused.status_code == 400
    assert list(refused.json()) == ["non_field_errors"]


def test_a_body_that_is_not_json_is_a_problem():
    refused = Api().post("/api/signup/", b"{")
    assert (refused.status_code, refused.json()["code"]) == (400, "malformed")
    assert refused["Content-Type"] == "application/problem+json"


def test_a_mail_scanner_does_not_burn_the_link(link):
    assert Api().request("HEAD", link).status_code == 200
    for _ in range(3):
        assert Api().get(link).json() == {"message": "Email verified"}


@pytest.mark.parametrize("token", [str(UUID(int=1)), "not-a-uuid", "%F0%9F%8D%B0", "0" * 300])
def test_an_unknown_link_is_refused_in_the_documents_words(token):
    refused = Api().get(f"/api/verify/{token}/")
    assert (refused.status_code, refused.json()) == (400, {"message": "Invalid token"})
    assert refused["Content-Type"] == "application/json"


def test_wrong_credentials_are_refused_alike_for_known_and_unknown_addresses(link, email):
    Api().get(link)
    wrong = Api().post("/api/login/", {"email": "john@example.com", "password": "wrong-password-7"})
    unknown = Api().post("/api/login/", {"email": email, "password": "wrong-password-7"})
    for refused in (wrong, unknown):
        assert (refused.status_code, refused.json()) == (401, {"message": "Invalid credentials"})
        assert refused["WWW-Authenticate"] == "Bearer"


def test_too_many_attempts_are_a_problem(email, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login_account": "2/5min"}
    codes = [Api().post("/api/login/", {"email": email, "password": "wrong-password-7"}).status_code for _ in range(3)]
    assert codes == [401, 401, 429]
    refused = Api().post("/api/login/", {"email": email, "password": "wrong-password-7"})
    assert refused["Content-Type"] == "application/problem+json"
    assert int(refused["Retry-After"]) > 0
