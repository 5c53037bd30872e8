"""Nobody learns from an answer whether an address has an account: same bytes, same queries, same hashes."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenon.platform.identity.engines.hashers import Argon2idHasher
from tenon.platform.identity.tests.factories import make_user, new_address
from tenon.testing.client import Api

pytestmark = pytest.mark.django_db

LOGINS = [
    "/api/v1/auth/login/",
    "/auth/login/",
    "/api/auth/login/",
    "/api/auth/jwt/token/",
    "/api/login/",
]
REQUESTS = ["/api/v1/auth/password-reset/", "/api/v1/auth/verify-email/resend/"]
WRONG = "not-the-password-7"
MAGIC_REQUESTS = ["/api/v1/auth/magic/request/", "/api/auth/magic/request/"]
CHALLENGE = r'"challenge_id":"[0-9a-f-]{36}"'
OWN_TO_A_REQUEST = {"X-Request-ID", "Date", "X-RateLimit-Reset", "Content-Security-Policy"}


@pytest.fixture
def hashes(monkeypatch):
    """Each hash that is computed, by the name of the method."""
    computed: list[str] = []

    def counted(name: str):
        original = getattr(Argon2idHasher, name)

        def method(self, *args):
            computed.append(name)
            return original(self, *args)

        return method

    for name in ("encode", "verify"):
        monkeypatch.setattr(Argon2idHasher, name, counted(name))
    return computed


def look(path: str, body: dict[str, str]) -> tuple[object, ...]:
    """All of an answer but what is its request's own, and the number of queries it took."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = Api().post(path, body, headers={"X-Request-ID": "the-same-for-both"})
    headers = {name: value for name, value in answer.headers.items() if name not in OWN_TO_A_REQUEST}
    return answer.status_code, answer.content, headers, len(queries)


def known_addresses() -> list[str]:
    return [
        make_user().email,
        make_user(is_verified=False).email,
        make_user(is_active=False).email,
        make_user(is_staff=True).email,
    ]


@pytest.mark.parametrize("path", LOGINS)
def test_sign_in_with_a_wrong_password(path, hashes):
    unknown = look(path, {"email": new_address(), "password": WRONG})
    assert unknown[0] == 401
    assert len(hashes) == 1
    for address in known_addresses():
        hashes.clear()
        assert look(path, {"email": address, "password": WRONG}) == unknown
        assert len(hashes) == 1


@pytest.mark.parametrize("path", LOGINS)
def test_sign_in_to_a_disabled_account_with_the_right_password(path, hashes):
    unknown = look(path, {"email": new_address(), "password": WRONG})
    hashes.clear()
    disabled = make_user(is_active=False, password="right-password-77")
    hashes.clear()
    assert look(path, {"email": disabled.email, "password": "right-password-77"}) == unknown
    assert len(hashes) == 1


@pytest.mark.parametrize("path", REQUESTS)
def test_requests_for_a_letter(path, hashes):
    unknown = look(path, {"email": new_address()})
    assert unknown[0] == 202
    for address in known_addresses():
        hashes.clear()
        assert look(path, {"email": address}) == unknown
        assert hashes == []


@pytest.mark.parametrize("path", REQUESTS)
def test_requests_for_a_letter_beyond_the_limit(path, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "password_reset_account": "1/day", "resend_account": "1/day"}
    addresses = [new_address(), *known_addresses()]
    for address in addresses:
        assert Api().post(path, {"email": address}).status_code == 202
    answers = [Api().post(path, {"email": address}) for address in addresses]
    assert {answer.status_code for answer in answers} == {429}
    assert len({answer.json()["detail"] for answer in answers}) == 1
    assert all(int(answer["Retry-After"]) > 80_000 for answer in answers)


@pytest.mark.parametrize("path", MAGIC_REQUESTS)
def test_requests_for_a_magic_code(path, settings, hashes):
    settings.MAGIC_LINK_VERIFY_URL = "https://app.example.com"
    known = known_addresses()
    hashes.clear()
    answers = [look(path, {"email": address}) for address in (new_address(), *known)]
    assert hashes == []
    assert answers[0][0] == 202
    challenges = {re.search(CHALLENGE, str(answer[1])) for answer in answers}
    assert None not in challenges
    assert len(challenges) == len(answers)
    assert len({re.sub(CHALLENGE, "", str(answer)) for answer in answers}) == 1


@pytest.mark.parametrize("path", ["/api/v1/auth/magic/verify/", "/api/auth/magic/verify/"])
def test_wrong_magic_codes(path):
    bodies = [{"token": "40718293", "email": address} for address in (new_address(), *known_addresses())]
    bodies += [{"token": "40718293"}, {"token": "x" * 43}, {"token": "no code at all"}]
    answers = [Api().post(path, body, headers={"X-Request-ID": "the-same-for-all"}) for body in bodies]
    assert {answer.status_code for answer in answers} == {400}
    assert len({answer.content for answer in answers}) == 1
