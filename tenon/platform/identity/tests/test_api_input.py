"""What a route makes of input that it should not get: a problem that says where, never a 500, and nothing stored."""

import json

import pytest

from tenon.kernel import clock
from tenon.platform.identity.models import User
from tenon.platform.identity.tests.factories import PASSWORD, make_user, new_address, start_session
from tenon.testing.client import Api

pytestmark = pytest.mark.django_db

REQUIRED = {
    "register": {"email": "ada@example.com", "password": "correct-horse-battery-7"},
    "login": {"email": "ada@example.com", "password": "correct-horse-battery-7"},
    "refresh": {"refresh": "tnr_x"},
    "verify": {"token": "x"},
    "verify-email": {"token": "x"},
    "verify-email/resend": {"email": "ada@example.com"},
    "password-reset": {"email": "ada@example.com"},
    "password-reset-confirm": {"token": "x", "password": "correct-horse-battery-7"},
    "password": {"current_password": "x", "new_password": "correct-horse-battery-7"},
    "logout": {},
}
FIELDS = [(route, field) for route, body in REQUIRED.items() for field in body]
WRONG_TYPES = [None, True, 0, 12345678, 1.5, [], ["x"], {}, {"$ne": ""}]


@pytest.fixture
def person():
    """Somebody signed in, so that every route can be reached."""
    return Api(token=start_session(make_user(), now=clock.now()).access)


def faults(answer) -> list[tuple[str, str]]:
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    return [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]


@pytest.mark.parametrize(("route", "field"), FIELDS)
def test_a_missing_field_is_named(person, route, field):
    body = {name: value for name, value in REQUIRED[route].items() if name != field}
    assert (f"/{field}", "required") in faults(person.post(f"/api/v1/auth/{route}/", body))


@pytest.mark.parametrize(("route", "field"), FIELDS)
@pytest.mark.parametrize("value", WRONG_TYPES, ids=json.dumps)
def test_a_wrong_type_is_named(person, route, field, value):
    answer = person.post(f"/api/v1/auth/{route}/", {**REQUIRED[route], field: value})
    assert [pointer for pointer, _ in faults(answer)] == [f"/{field}"]


@pytest.mark.parametrize(("route", "field"), FIELDS)
@pytest.mark.parametrize("value", ["a\0b", "\ud800", "x" * 100_000], ids=["nul", "surrogate", "long"])
def test_text_that_no_column_should_see_is_refused(person, route, field, value):
    answer = person.post(f"/api/v1/auth/{route}/", {**REQUIRED[route], field: value})
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("route", REQUIRED)
def test_an_unknown_field_is_refused_and_named(person, route):
    answer = person.post(f"/api/v1/auth/{route}/", {**REQUIRED[route], "is_staff": True})
    assert ("/is_staff", "unknown_field") in faults(answer)


@pytest.mark.parametrize("route", REQUIRED)
@pytest.mark.parametrize("body", [b"{", b'"text"', b"[]", b"\xff", b'{"email": "a", "email": "b"}', b"NaN"])
def test_a_body_that_is_no_object_is_refused(person, route, body):
    answer = person.post(f"/api/v1/auth/{route}/", body)
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("route", REQUIRED)
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_other_methods_are_refused_with_the_allowed_ones(person, route, method):
    answer = person.request(method, f"/api/v1/auth/{route}/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST, OPTIONS")


def test_every_fault_of_a_registration_is_told_at_once(person):
    answer = person.post(
        "/api/v1/auth/register/",
        {"email": "no address", "password": "x" * 129, "username": "u" * 101, "first_name": 3 * [1], "robot": 1},
    )
    assert {pointer for pointer, _ in faults(answer)} == {"/email", "/password", "/username", "/first_name", "/robot"}


@pytest.mark.parametrize("value", ["yes", "true", 1, 0, None], ids=json.dumps)
def test_all_is_true_or_false(person, value):
    assert [pointer for pointer, _ in faults(person.post("/api/v1/auth/logout/", {"all": value}))] == ["/all"]
    assert person.get("/api/v1/auth/sessions/").status_code == 200


@pytest.mark.parametrize("password", ["secret123", "password", "12345678", "short-7", "ada.lovelace@example"])
def test_a_weak_password_registers_nobody(person, password):
    email = "ada.lovelace@example.com"
    answer = person.post("/api/v1/auth/register/", {"email": email, "password": password})
    assert answer.json()["code"] == "weak_password"
    assert {pointer for pointer, _ in faults(answer)} == {"/password"}
    assert not User.objects.filter(email=email).exists()


def test_blanks_at_the_ends_of_a_password_belong_to_it(person):
    email, password = new_address(), "  correct horse 7  "
    assert person.post("/api/v1/auth/register/", {"email": email, "password": password}).status_code == 201
    User.objects.filter(email=email).update(is_verified=True)
    for given, status in ((password.strip(), 401), (password, 200)):
        answer = person.post("/api/v1/auth/login/", {"email": email, "password": given})
        assert answer.status_code == status


def test_a_taken_address_is_taken_in_any_case(person):
    taken = make_user().email
    answer = person.post("/api/v1/auth/register/", {"email": taken.upper(), "password": PASSWORD})
    assert faults(answer) == [("/email", "email_taken")]
    assert answer.json()["code"] == "email_taken"


@pytest.mark.parametrize("session", ["0", "not-a-uuid", "00000000-0000-7000-8000-00000000000"])
def test_a_session_id_that_is_none_is_not_found(person, session):
    answer = person.delete(f"/api/v1/auth/sessions/{session}/")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
