"""Access tokens: what is in them, what is accepted, and how keys change."""

import hashlib
from base64 import urlsafe_b64encode
from datetime import timedelta
from uuid import UUID, uuid4

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenon.platform.identity.engines import access_tokens
from tenon.platform.identity.errors import InvalidToken
from tenon.platform.identity.tests.factories import NOW, SECOND
from tenon.platform.identity.tests.forgeries import forgeries, parts, sign

ADA = UUID("0195e7b2-0000-7000-8000-00000000000a")
SESSION = UUID("0195e7b2-0000-7000-8000-000000000001")


def issue() -> str:
    return access_tokens.issue(user_id=ADA, session_id=SESSION, now=NOW)


def accepted(token: str, *, now=NOW) -> bool:
    try:
        access_tokens.verify(token, now=now)
    except InvalidToken:
        return False
    return True


def test_a_token_says_who_and_in_which_session_and_nothing_of_roles(settings):
    header, payload = parts(issue())
    assert header == {"alg": "EdDSA", "typ": "at+jwt", "kid": next(iter(access_tokens.accepted_keys()))}
    assert set(payload) == {"iss", "aud", "sub", "sid", "jti", "iat", "exp"}
    assert payload["iss"] == settings.JWT_ISSUER
    assert payload["aud"] == settings.JWT_AUDIENCE
    assert payload["exp"] - payload["iat"] == settings.JWT_ACCESS_TOKEN_LIFETIME.total_seconds()
    claims = access_tokens.verify(issue(), now=NOW)
    assert (claims.user_id, claims.session_id, claims.issued_at) == (ADA, SESSION, NOW)


def test_two_tokens_of_the_same_second_differ():
    assert parts(issue())[1]["jti"] != parts(issue())[1]["jti"]


def test_more_than_200_forgeries_are_refused():
    tried = list(forgeries(issue(), now=NOW))
    assert len(tried) > 200
    assert len({token for _, token in tried}) > 200
    assert [name for name, token in tried if accepted(token)] == []


def test_the_forger_makes_good_tokens_too():
    """Else the test above would hold for any forgery, however clumsy."""
    header, payload = parts(issue())
    assert accepted(sign(header, payload))
    assert accepted(sign(header, payload | {"extra": "ignored"}))


@given(st.text(max_size=400))
def test_any_text_is_refused(text: str):
    assert not accepted(text)


@given(st.binary(min_size=64, max_size=64))
def test_any_signature_is_refused(raw: bytes):
    header, payload, signature = issue().split(".")
    forged = urlsafe_b64encode(raw).rstrip(b"=").decode()
    assert forged != signature
    assert not accepted(f"{header}.{payload}.{forged}")


@pytest.mark.parametrize(
    ("elapsed", "good"),
    [
        (timedelta(0), True),
        (timedelta(minutes=15) - SECOND, True),
        (timedelta(minutes=15), True),  # within the leeway
        (timedelta(minutes=15) + access_tokens.LEEWAY, False),
        (timedelta(days=365), False),
        (-access_tokens.LEEWAY, True),
        (-access_tokens.LEEWAY - SECOND, False),
    ],
)
def test_a_token_has_its_time(settings, elapsed: timedelta, good: bool):
    settings.JWT_ACCESS_TOKEN_LIFETIME = timedelta(minutes=15)
    assert accepted(issue(), now=NOW + elapsed) is good


def test_a_token_that_was_good_is_refused_when_its_time_is_over(settings):
    settings.JWT_ACCESS_TOKEN_LIFETIME = timedelta(minutes=15)
    token = issue()
    assert accepted(token)
    assert not accepted(token, now=NOW + timedelta(minutes=16))
    assert accepted(token)
    settings.JWT_KEY_GENERATION += 2
    assert not accepted(token)


def test_the_published_keys_verify_with_any_jwt_library(settings):
    token = issue()
    keys = access_tokens.jwks()["keys"]
    assert len(keys) == 3
    assert all(set(key) == {"kty", "crv", "x", "kid", "alg", "use"} for key in keys)
    published = jwt.PyJWKSet.from_dict({"keys": keys})
    key = published[jwt.get_unverified_header(token)["kid"]]
    payload = jwt.decode(
        token,
        key,
        audience=settings.JWT_AUDIENCE,
        issuer=settings.JWT_ISSUER,
        options={"verify_exp": False, "verify_iat": False},
    )
    assert payload["sub"] == str(ADA)


def test_kids_are_rfc_7638_thumbprints():
    # The key and thumbprint of RFC 8037, appendix A.3.

    members = b'{"crv":"Ed25519","kty":"OKP","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}'
    thumbprint = urlsafe_b64encode(hashlib.sha256(members).digest()).rstrip(b"=")
    assert thumbprint == b"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    for kid, key in access_tokens.accepted_keys().items():
        ours = f'{{"crv":"Ed25519","kty":"OKP","x":"{key.jwk["x"]}"}}'.encode()
        assert urlsafe_b64encode(hashlib.sha256(ours).digest()).rstrip(b"=").decode() == kid


@pytest.mark.parametrize(("step", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_neighbouring_generations_accept_each_other(settings, step: int, good: bool):
    settings.JWT_KEY_GENERATION = 5
    token = issue()
    settings.JWT_KEY_GENERATION = 5 + step
    assert accepted(token) is good


def test_each_generation_and_each_secret_has_its_own_key(settings):
    kids = {parts(issue())[0]["kid"]}
    settings.JWT_KEY_GENERATION += 1
    kids.add(parts(issue())[0]["kid"])
    settings.JWT_SECRET = "another secret, as good as the first one was"
    token = issue()
    kids.add(parts(token)[0]["kid"])
    assert len(kids) == 3
    settings.JWT_SECRET = ""
    assert not accepted(token)
    before = issue()
    settings.SECRET_KEY = "another key, as good as the first one was, and longer"
    assert not accepted(before)


def test_tokens_of_another_deployment_are_refused(settings):
    token = issue()
    for name in ("JWT_ISSUER", "JWT_AUDIENCE"):
        before = getattr(settings, name)
        setattr(settings, name, "https://elsewhere.example")
        assert not accepted(token)
        setattr(settings, name, before)
    assert accepted(token)


def test_any_ids_survive_the_way():
    user, session = uuid4(), uuid4()
    claims = access_tokens.verify(access_tokens.issue(user_id=user, session_id=session, now=NOW), now=NOW)
    assert (claims.user_id, claims.session_id) == (user, session)
