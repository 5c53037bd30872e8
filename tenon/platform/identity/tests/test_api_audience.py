"""Who may call which route: nobody without a token where a route is about oneself, and nobody on another's behalf."""

import pytest

from tenon.kernel import clock
from tenon.platform.identity.models import Session
from tenon.platform.identity.tests.factories import make_user, start_session
from tenon.testing.client import Api

SELF_ROUTES = [
    ("POST", "/api/v1/auth/password/"),
    ("GET", "/api/v1/auth/sessions/"),
    ("DELETE", "/api/v1/auth/sessions/"),
    ("DELETE", "/api/v1/auth/sessions/{session}/"),
    ("GET", "/user/details/"),
    ("GET", "/api/user/details/"),
]
BODY = {"current_password": "any-password-at-all", "new_password": "another-password-9"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    """Somebody signed in."""
    return start_session(make_user(), now=clock.now())


@pytest.fixture
def bob():
    """Somebody else, signed in."""
    return start_session(make_user(), now=clock.now())


def live_sessions() -> set[object]:
    return set(Session.objects.live(clock.now()).values_list("pk", flat=True))


@pytest.mark.parametrize(("method", "path"), SELF_ROUTES)
@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer x y", "Bearer tn_live_key", "Basic dTpw", "Bearer {refresh}", "bearer {cut}"],
)
def test_nobody_without_a_good_access_token(method, path, header, alice):
    credential = header.format(refresh=alice.refresh, cut=alice.access[:-1])
    before = live_sessions()

    answer = Api().request(
        method,
        path.format(session=alice.session_id),
        BODY if method == "POST" else None,
        headers={"Authorization": credential} if credential else {},
    )

    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'
    assert live_sessions() == before


@pytest.mark.parametrize(("method", "path"), SELF_ROUTES)
def test_the_token_of_a_session_that_has_ended_is_refused(method, path, alice):
    Session.objects.filter(pk=alice.session_id).update(revoked_at=clock.now())

    answer = Api(token=alice.access).request(
        method, path.format(session=alice.session_id), BODY if method == "POST" else None
    )

    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")


def test_anothers_session_is_not_there(alice, bob):
    before = live_sessions()

    answer = Api(token=bob.access).delete(f"/api/v1/auth/sessions/{alice.session_id}/")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert live_sessions() == before


def test_anothers_sessions_are_not_listed(alice, bob):
    listed = Api(token=bob.access).get("/api/v1/auth/sessions/").json()["data"]
    assert [session["id"] for session in listed] == [str(bob.session_id)]


def test_signing_out_elsewhere_leaves_others_alone(alice, bob):
    assert Api(token=bob.access).delete("/api/v1/auth/sessions/").status_code == 204
    assert Api(token=bob.access).post("/api/v1/auth/logout/", {"all": True}).status_code == 204
    assert live_sessions() == {alice.session_id}


def test_a_session_that_never_was_is_not_there_either(bob):
    answer = Api(token=bob.access).delete("/api/v1/auth/sessions/00000000-0000-7000-8000-000000000000/")
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/auth/register/",
        "/api/v1/auth/login/",
        "/api/v1/auth/refresh/",
        "/api/v1/auth/verify/",
        "/api/v1/auth/verify-email/",
        "/api/v1/auth/verify-email/resend/",
        "/api/v1/auth/password-reset/",
        "/api/v1/auth/password-reset-confirm/",
        "/auth/login/",
        "/auth/signup/",
        "/token/refresh/",
        "/api/auth/jwt/token/",
        "/api/auth/jwt/refresh/",
        "/api/auth/jwt/verify/",
        "/api/signup/",
        "/api/login/",
        "/api/v1/auth/magic/request/",
        "/api/v1/auth/magic/verify/",
        "/api/auth/magic/request/",
        "/api/auth/magic/verify/",
    ],
)
def test_a_stale_access_token_keeps_nobody_out(path):
    """Clients send the header with every request; it must not refuse the very requests that renew it."""
    assert Api(token="stale.access.token").post(path).status_code == 400
