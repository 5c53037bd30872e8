"""Which routes count what, and what their answers say to caches."""

import pytest

from tenon.kernel import clock
from tenon.platform.identity.tests.factories import PASSWORD, make_user, new_address, start_session
from tenon.testing.client import Api

pytestmark = pytest.mark.django_db

BY_ADDRESS = [
    ("register", "/api/v1/auth/register/"),
    ("register", "/auth/signup/"),
    ("register", "/api/signup/"),
    ("refresh", "/api/v1/auth/refresh/"),
    ("refresh", "/token/refresh/"),
    ("refresh", "/api/auth/jwt/refresh/"),
    ("verify", "/api/v1/auth/verify/"),
    ("verify", "/api/auth/jwt/verify/"),
    ("verify", "/api/v1/auth/verify-email/"),
    ("password_reset_confirm", "/api/v1/auth/password-reset-confirm/"),
    ("anonymous", "/api/v1/auth/login/"),
]


@pytest.fixture
def limit(settings):
    """Set limits for this test."""

    def set_limits(**rates: str) -> None:
        settings.RATE_LIMITS = {**settings.RATE_LIMITS, **rates}

    return set_limits


def refused(answer) -> bool:
    if answer.status_code != 429:
        return False
    assert answer["Content-Type"] == "application/problem+json"
    assert 0 < int(answer["Retry-After"]) <= 60
    return True


@pytest.mark.parametrize(("name", "path"), BY_ADDRESS)
def test_requests_are_counted_by_address(limit, name, path):
    limit(**{name: "3/min"})
    here, elsewhere = Api(), Api()

    assert [refused(here.post(path)) for _ in range(5)] == [False, False, False, True, True]
    assert not refused(elsewhere.post(path))


def test_the_emailed_link_is_counted_by_address(limit):
    limit(verify="3/min")
    here = Api()
    answers = [here.get(f"/api/verify/{number}/") for number in range(4)]
    assert [refused(answer) for answer in answers] == [False, False, False, True]


def test_failed_sign_ins_are_counted_by_account_whatever_the_address(limit):
    limit(login_account="2/min")
    email = make_user().email
    attempts = [Api().post("/api/v1/auth/login/", {"email": email, "password": "wrong-one-7"}) for _ in range(3)]
    assert [refused(attempt) for attempt in attempts] == [False, False, True]
    assert refused(Api().post("/auth/login/", {"email": email.upper(), "password": PASSWORD}))


def test_failed_sign_ins_are_counted_by_address_whatever_the_account(limit):
    limit(login_address="2/min")
    here = Api()
    attempts = [here.post("/api/v1/auth/login/", {"email": new_address(), "password": "wrong-one-7"}) for _ in range(3)]
    assert [refused(attempt) for attempt in attempts] == [False, False, True]


def test_sign_ins_that_succeed_do_not_count(limit):
    limit(login_account="1/min", login_address="1/min")
    here, email = Api(), make_user().email
    answers = [here.post("/api/v1/auth/login/", {"email": email, "password": PASSWORD}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]


@pytest.mark.parametrize(
    ("path", "narrow", "wide"),
    [
        ("/api/v1/auth/password-reset/", "password_reset", "password_reset_account"),
        ("/api/v1/auth/verify-email/resend/", "resend", "resend_account"),
        ("/api/v1/auth/magic/request/", "magic_account", "magic_mailbox"),
        ("/api/v1/auth/magic/request/", "magic_account_day", "magic_mailbox"),
        ("/api/auth/magic/request/", "magic_account", "magic_mailbox"),
    ],
)
def test_a_stranger_does_not_use_up_the_owners_letters(limit, settings, path, narrow, wide):
    settings.MAGIC_LINK_VERIFY_URL = "https://app.example.com"
    limit(**{narrow: "2/min", wide: "5/min"})
    stranger, owner, email = Api(), Api(), make_user(is_verified=False).email
    assert [refused(stranger.post(path, {"email": email})) for _ in range(4)] == [False, False, True, True]
    assert [refused(owner.post(path, {"email": email})) for _ in range(3)] == [False, False, True]
    # From however many places: a mailbox is not flooded.
    assert [refused(Api().post(path, {"email": email})) for _ in range(2)] == [False, True]


def test_guesses_at_the_current_password_are_counted(limit):
    limit(login_account="2/min")
    person = Api(token=start_session(make_user(), now=clock.now()).access)
    body = {"current_password": "wrong-one-7", "new_password": "another-password-9"}
    assert [refused(person.post("/api/v1/auth/password/", body)) for _ in range(3)] == [False, False, True]


def test_no_cache_keeps_what_is_said_about_a_person():
    person, email = Api(token=start_session(make_user(), now=clock.now()).access), make_user().email
    answers = [
        person.post("/api/v1/auth/login/", {"email": email, "password": PASSWORD}),
        person.post("/api/v1/auth/login/", {"email": email, "password": "wrong-one-7"}),
        person.post("/api/login/", {"email": email, "password": "wrong-one-7"}),
        person.post("/api/signup/", {}),
        person.get("/api/v1/auth/sessions/"),
        person.get("/user/details/"),
        person.get("/api/verify/x/"),
        person.post("/api/v1/auth/refresh/", {"refresh": "x"}),
        person.post("/api/v1/auth/logout/"),
    ]
    assert {answer["Cache-Control"] for answer in answers} == {"no-store"}


def test_the_public_keys_may_be_kept_for_an_hour():
    answer = Api().get("/.well-known/jwks.json")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "public, max-age=3600"
    keys = answer.json()["keys"]
    assert len({key["kid"] for key in keys}) == 3
    assert all(set(key) == {"kid", "kty", "crv", "x", "alg", "use"} for key in keys)
