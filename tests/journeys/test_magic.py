"""Somebody signs in without a password, by a code of eight digits or the link beside it."""

import re

import pytest

from tenon.testing.client import Api
from tests.journeys.conftest import sign_in

PAGE = "http://localhost:5173"
CANONICAL = "/api/v1/auth/magic"
OLDER = "/api/auth/magic"
PREFIXES = pytest.mark.parametrize("prefix", [CANONICAL, OLDER])


@pytest.fixture(autouse=True)
def _page(settings):
    settings.MAGIC_LINK_VERIFY_URL = PAGE


@pytest.fixture
def asked(delivered):
    """Ask for a code and read the letter: (challenge id, code, secret of the link)."""

    def ask(prefix: str, address: str) -> tuple[str, str, str]:
        answer = Api().post(f"{prefix}/request/", {"email": address})
        assert answer.status_code == 202, answer.content
        letter = delivered(address)[-1]
        code = re.search(r"\b\d{8}\b", letter.text)
        assert code is not None
        assert code[0] in letter.html
        link, _, secret = letter.links[0].partition("?token=")
        assert link == f"{PAGE}/magic-verify"
        return answer.json()["challenge_id"], code[0], secret

    return ask


@PREFIXES
def test_a_newcomer_signs_up_with_the_digits(prefix, asked, email):
    challenge, code, _ = asked(prefix, email)
    answer = Api().post(f"{prefix}/verify/", {"token": code, "challenge_id": challenge})
    assert answer.status_code == 200
    assert set(answer.json()) == {"access", "refresh", "user"}
    assert answer.json()["user"]["email"] == email
    details = Api(token=answer.json()["access"]).get("/user/details/").json()
    assert (details["email"], details["is_verified"]) == (email, True)
    renewed = Api().post("/api/v1/auth/refresh/", {"refresh": answer.json()["refresh"]})
    assert renewed.status_code == 200


@PREFIXES
def test_a_member_signs_in_on_another_device_with_the_address_and_the_digits(prefix, asked, member):
    _, code, _ = asked(prefix, member)
    answer = Api(device="a phone").post(f"{prefix}/verify/", {"token": code, "email": member.upper()})
    assert answer.json()["user"] == {**answer.json()["user"], "email": member, "first_name": "Ada"}
    sign_in(member)  # the password still works


@PREFIXES
def test_the_link_is_enough(prefix, asked, member):
    _, _, secret = asked(prefix, member)
    assert Api().post(f"{prefix}/verify/", {"token": secret}).status_code == 200


def test_the_older_client_sends_the_digits_alone(asked, email, settings):
    """Word for word as its document shows, where the deployment takes them so."""
    _, code, _ = asked(OLDER, email)
    body = b'{"token": "12345678"}'.replace(b"12345678", code.encode())
    refused = Api().post(f"{OLDER}/verify/", body)
    assert (refused.status_code, refused.json()) == (400, {"error": "invalid_or_expired"})

    settings.MAGIC_LINK_ALLOW_BARE_TOKEN = True
    assert Api().post(f"{OLDER}/verify/", body).status_code == 200

    reused = Api().post(f"{OLDER}/verify/", body)
    assert (reused.status_code, reused.json()) == (400, {"error": "invalid_or_expired"})
    assert reused["Content-Type"] == "application/json"


def test_the_canonical_path_answers_a_problem(asked, email):
    challenge, code, _ = asked(CANONICAL, email)
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    answer = Api().post(f"{CANONICAL}/verify/", {"token": wrong, "challenge_id": challenge})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["code"] == "invalid_or_expired"


@PREFIXES
def test_a_fresh_machine_echoes_the_code(prefix, email, settings):
    settings.DEBUG = settings.MAGIC_LINK_DEBUG_ECHO_TOKEN = True
    asked = Api().post(f"{prefix}/request/", {"email": email}).json()
    assert re.fullmatch(r"\d{8}", asked["debug_token"])
    body = {"token": asked["debug_token"], "challenge_id": asked["challenge_id"]}
    assert Api().post(f"{prefix}/verify/", body).status_code == 200


@PREFIXES
def test_no_code_is_echoed_elsewhere(prefix, email):
    answer = Api().post(f"{prefix}/request/", {"email": email})
    assert set(answer.json()) == {"challenge_id", "message" if prefix == CANONICAL else "detail"}


@PREFIXES
@pytest.mark.parametrize("url", ["", "x-webdoc://page"])
def test_a_deployment_without_a_page_says_500(prefix, url, email, delivered, settings):
    settings.MAGIC_LINK_VERIFY_URL = url
    answer = Api().post(f"{prefix}/request/", {"email": email})
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert answer.json()["code"] == "internal_error"
    assert "MAGIC_LINK" not in answer.content.decode()
    assert delivered(email) == []


@PREFIXES
def test_five_codes_a_minute_from_one_address(prefix):
    here = Api()
    answers = [here.post(f"{prefix}/request/", {"email": f"person-{n}@example.com"}) for n in range(6)]
    assert [answer.status_code for answer in answers] == [202] * 5 + [429]
    assert answers[-1]["Content-Type"] == "application/problem+json"
    assert 0 < int(answers[-1]["Retry-After"]) <= 60


@PREFIXES
def test_a_malformed_body_is_a_problem(prefix):
    for body in ({}, {"token": 12345678}, {"token": "12345678", "challenge_id": "one"}):
        answer = Api().post(f"{prefix}/verify/", body)
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
