"""No token but an unaltered one of ours lets anybody in."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tenon.kernel import crypto
from tenon.testing.houses import SECRET, House, Person
from tenon.testing.parallel import Crowd, Request

CONNECTIONS = 16


def test_forged_access_tokens_are_refused(home: House, proof_record: Callable[..., None]) -> None:
    person = home.sign_up()
    forged = [token for token in dict.fromkeys(_forged(person, home)) if token != person.access]
    assert len(forged) >= 200
    refused = _refused(
        home, [Request("GET", "/user/details/", headers={"Authorization": f"Bearer {it}"}) for it in forged]
    )
    # There a refresh token is right, and an empty one no token at all.
    asked = [token for token in forged if token not in ("", person.refresh)]
    refused += _refused(home, [Request("POST", "/api/v1/auth/verify/", json={"token": token}) for token in asked])
    assert home.call("GET", "/user/details/", token=person.access).status == 200
    proof_record(forged=len(forged), refused=refused)


def test_forged_refresh_tokens_are_refused(home: House, proof_record: Callable[..., None]) -> None:
    person = home.sign_up()
    forged = [token for token in dict.fromkeys(_altered(person.refresh)) if token != person.refresh]
    assert len(forged) >= 200
    refused = _refused(home, [Request("POST", "/api/v1/auth/refresh/", json={"refresh": token}) for token in forged])
    assert home.call("POST", "/api/v1/auth/refresh/", json={"refresh": person.refresh}).status == 200
    proof_record(forged=len(forged), refused=refused)


def _refused(home: House, requests: list[Request]) -> int:
    """Send all of them; each must be a 401 problem."""
    with Crowd(home.api.port, CONNECTIONS) as crowd:
        for start in range(0, len(requests), CONNECTIONS):
            some = requests[start : start + CONNECTIONS]
            padded = some + some[-1:] * (CONNECTIONS - len(some))
            for request, answer in zip(padded, crowd.fire(padded), strict=True):
                assert answer.status == 401, (request, answer)
                assert answer.is_problem
                assert answer.headers["www-authenticate"].startswith("Bearer")
    return len(requests)


def _altered(token: str) -> Iterator[str]:
    """Each character replaced by another of the alphabet, some left out, doubled or moved."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for place, character in enumerate(token):
        if character in alphabet:
            for step in (1, 21, 33):
                other = alphabet[(alphabet.index(character) + step) % len(alphabet)]
                yield token[:place] + other + token[place + 1 :]
    for length in (1, 2, 4, 8, 16, 32):
        yield token[:-length]
        yield token[length:]
        yield token + "A" * length
    yield from (token.upper(), token.lower(), token[::-1], token + "=", token + ".", token + "%00", f"{token},{token}")


def _forged(person: Person, home: House) -> Iterator[str]:
    """Altered bits, other algorithms, other keys, and our own key under claims that we never sign."""
    yield from _altered(person.access)
    header, claims = (json.loads(_decoded(part)) for part in person.access.split(".")[:2])
    own = Ed25519PrivateKey.from_private_bytes(crypto.derived_key("identity.access_token.1", secret=SECRET))
    assert _signed(header, claims, own) == person.access, (
        "the forger's own key is the true one: the rest tells something"
    )
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32))

    yield _signed(header, claims, stranger)
    yield _signed(header | {"jwk": _jwk(stranger)}, claims, stranger)
    yield _signed(header | {"jku": "http://127.0.0.1:9/jwks.json"}, claims, stranger)
    for name in ("none", "None", "NONE", "nOnE"):
        yield _encoded(header | {"alg": name}) + "." + _encoded(claims) + "."
    public = home.call("GET", "/.well-known/jwks.json").json()["keys"]
    for key in public:
        for secret in (_decoded(key["x"]), key["x"].encode(), json.dumps(key).encode()):
            for algorithm, digest in (("HS256", "sha256"), ("HS384", "sha384"), ("HS512", "sha512")):
                yield _hmac(header | {"alg": algorithm, "kid": key["kid"]}, claims, secret, digest)
    kid: object
    for kid in ("", "0", "../../dev/null", "' OR 1=1 --", None, 1, [], public[-1]["kid"]):
        yield _signed(header | {"kid": kid}, claims, own)
    for odd in (
        {"typ": "JWT"},
        {"typ": None},
        {"alg": "ES256"},
        {"alg": "EDDSA"},
        {"crit": ["exp"]},
        {"b64": False, "crit": ["b64"]},
    ):
        yield _signed(header | odd, claims, own)
    for name in claims:
        value: object
        for value in (None, "", -1, [], {}, True, "x", "9" * 400):
            if (name, value) != ("iat", -1):  # to be older than it is helps nobody
                yield _signed(header, claims | {name: value}, own)
        yield _signed(header, {key: value for key, value in claims.items() if key != name}, own)
    now = int(time.time())
    for wrong in (
        {"exp": now - 60}, {"exp": str(now + 900)}, {"exp": 1e300}, {"iat": now + 3600}, {"nbf": now + 3600},
        {"aud": [claims["aud"], "other"]}, {"iss": claims["iss"] + "/"},
        {"sub": "00000000-0000-7000-8000-000000000000"}, {"sid": "00000000-0000-7000-8000-000000000000"},
    ):  # fmt: skip
        yield _signed(header, claims | wrong, own)
    yield from ("", ".", "..", "...", "a.b.c", "null", "undefined", "Bearer", f"Bearer {person.access}", person.refresh)


def _signed(header: Mapping[str, Any], claims: Mapping[str, Any], key: Ed25519PrivateKey) -> str:
    body = f"{_encoded(header)}.{_encoded(claims)}"
    return f"{body}.{_base64url(key.sign(body.encode()))}"


def _hmac(header: Mapping[str, Any], claims: Mapping[str, Any], secret: bytes, digest: str) -> str:
    body = f"{_encoded(header)}.{_encoded(claims)}"
    return f"{body}.{_base64url(hmac.digest(secret, body.encode(), getattr(hashlib, digest)))}"


def _jwk(key: Ed25519PrivateKey) -> dict[str, str]:
    return {"kty": "OKP", "crv": "Ed25519", "x": _base64url(key.public_key().public_bytes_raw())}


def _encoded(part: Mapping[str, Any]) -> str:
    return _base64url(json.dumps(part, separators=(",", ":")).encode())


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "==")
