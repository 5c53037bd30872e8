"""Access tokens that must not be accepted, each with a word on what is wrong with it."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from tenon.platform.identity.engines import access_tokens

Forgery = tuple[str, str]


def forgeries(token: str, *, now: datetime) -> Iterator[Forgery]:
    """(what is wrong, token) of everything that can be made out of a good `token` without the secret, or wrongly."""
    yield from _flipped_bits(token)
    yield from _cut_and_glued(token)
    yield from _of_other_algorithms(token)
    yield from _of_other_keys(token)
    yield from _wrong_headers(token)
    yield from _wrong_claims(token, now=now)
    yield from _junk()


def sign(header: dict[str, Any], payload: Any) -> str:
    """A token signed with our own key, whatever it says: the mistakes that a signature does not catch."""
    key = next(iter(access_tokens.accepted_keys().values()))
    signed = f"{_encode(header)}.{_encode(payload)}"
    return f"{signed}.{_base64url(key.private.sign(signed.encode()))}"


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and payload of a token."""
    header, payload, _ = token.split(".")
    return _decode(header), _decode(payload)


def _flipped_bits(token: str) -> Iterator[Forgery]:
    for index, name in enumerate(("header", "payload", "signature")):
        segments = token.split(".")
        raw = bytearray(urlsafe_b64decode(segments[index] + "=="))
        for position in range(0, len(raw), 2):
            raw[position] ^= 1 << (position % 8)
            segments[index] = _base64url(bytes(raw))
            yield f"bit flipped in byte {position} of the {name}", ".".join(segments)
            raw[position] ^= 1 << (position % 8)


def _cut_and_glued(token: str) -> Iterator[Forgery]:
    header, payload, signature = token.split(".")
    other = access_tokens.issue(user_id=uuid4(), session_id=uuid4(), now=_issued_at(token))
    yield "signature of another token", f"{header}.{payload}.{other.split('.')[2]}"
    yield "payload of another token", f"{header}.{other.split('.')[1]}.{signature}"
    yield "no signature", f"{header}.{payload}."
    yield "two parts", f"{header}.{payload}"
    yield "four parts", f"{token}.{signature}"
    yield "no payload", f"{header}..{signature}"
    yield "no header", f".{payload}.{signature}"
    yield "padded signature", f"{token}=="
    yield "padded payload", f"{header}.{payload}=.{signature}"
    yield "another spelling of the same signature", f"{header}.{payload}.{_respelled(signature)}"
    yield "foreign character in the signature", f"{header}.{payload}.{signature[:40]}!{signature[40:]}"
    yield "line feed at the end", f"{token}\n"
    yield "space at the start", f" {token}"
    yield "twice", token + token
    yield "zeros as signature", f"{header}.{payload}.{_base64url(bytes(64))}"
    yield "far too long", f"{header}.{payload}{'A' * 100_000}.{signature}"
    for length in range(0, len(token), 20):
        yield f"cut after {length} characters", token[:length]


def _of_other_algorithms(token: str) -> Iterator[Forgery]:
    header, payload = parts(token)
    for name in ("none", "None", "NONE", "nOnE", ""):
        for signature in ("", token.split(".")[2]):
            yield f"alg {name!r}", f"{_encode(header | {'alg': name})}.{_encode(payload)}.{signature}"
    for key in access_tokens.accepted_keys().values():
        for form in (
            key.public.public_bytes_raw(),
            key.public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
            json.dumps(dict(key.jwk)).encode(),
            key.jwk["x"].encode(),
            b"",
        ):
            signed = f"{_encode(header | {'alg': 'HS256'})}.{_encode(payload)}"
            mac = hmac.digest(form, signed.encode(), hashlib.sha256)
            yield "HS256 with a public key as secret", f"{signed}.{_base64url(mac)}"
    for guess in ("secret", "changeme", settings.SECRET_KEY):
        yield (
            "HS256 with a guess",
            jwt.encode(payload, guess.ljust(64, "."), algorithm="HS256", headers=header | {"alg": "HS256"}),
        )
    rsa = generate_private_key(public_exponent=65537, key_size=2048)
    yield "RS256", jwt.encode(payload, rsa, algorithm="RS256", headers=header | {"alg": "RS256"})
    for name in ("RS256", "ES256", "PS256", "Ed448", "HS512", "EdDSA ", "eddsa"):
        yield f"alg {name} on a good signature", sign(header | {"alg": name}, payload)


def _of_other_keys(token: str) -> Iterator[Forgery]:
    header, payload = parts(token)
    stranger = Ed25519PrivateKey.generate()
    x = _base64url(stranger.public_key().public_bytes_raw())
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": x, "kid": header["kid"]}
    for extra in ({}, {"jwk": jwk}, {"jku": "https://attacker.example/jwks.json"}, {"x5u": "https://attacker.example"}):
        yield f"a stranger's key, {extra}", jwt.encode(payload, stranger, algorithm="EdDSA", headers=header | extra)
    kids: list[Any] = ["", "0", "../../etc/passwd", "' OR 1=1 --", header["kid"].swapcase(), header["kid"][:-1]]
    for kid in (*kids, None, 7, [], {}):
        yield f"kid {kid!r}", sign(header | {"kid": kid}, payload)
    for key in list(access_tokens.accepted_keys().values())[1:]:
        yield "kid of a key that did not sign it", sign(header | {"kid": key.kid}, payload)


def _wrong_headers(token: str) -> Iterator[Forgery]:
    header, payload = parts(token)
    for name in ("typ", "kid", "alg"):
        yield f"no {name}", sign({key: value for key, value in header.items() if key != name}, payload)
    for typ in ("JWT", "jwt", "at+JWT ", "refresh+jwt", "", None, 1, ["at+jwt"]):
        yield f"typ {typ!r}", sign(header | {"typ": typ}, payload)
    yield "crit", sign(header | {"crit": ["exp"]}, payload)
    yield "b64", sign(header | {"b64": False, "crit": ["b64"]}, payload)


def _wrong_claims(token: str, *, now: datetime) -> Iterator[Forgery]:
    header, payload = parts(token)

    def at(delta: timedelta) -> int:
        return int((now + delta).timestamp())

    values: list[Any] = [None, "", [], {}, True, 1.5, "\0", "💥"]
    for name in payload:
        yield f"no {name}", sign(header, {key: value for key, value in payload.items() if key != name})
        for value in (*values, [payload[name]]):
            yield f"{name} {value!r}", sign(header, payload | {name: value})
    for name, value in {
        "iss": payload["iss"] + "/",
        "aud": [payload["aud"], "other"],
        "sid": str(uuid4()) + "0",
        "sub": f"{{{payload['sub']}}}x",
        "exp": at(-timedelta(minutes=1)),
        "iat": at(timedelta(minutes=1)),
        "nbf": at(timedelta(minutes=1)),
    }.items():
        yield f"{name} {value!r}", sign(header, payload | {name: value})
    for name in ("exp", "iat"):
        for value in (10**12, 10**16, 2**63, 10**30, -(10**30), 10**400, str(payload[name])):
            yield f"{name} out of this world", sign(header, payload | {name: value})
    for body in ([], "text", 7, None, [payload]):
        yield f"payload {type(body).__name__}", sign(header, body)


def _junk() -> Iterator[Forgery]:
    yield from (
        (f"junk {text[:20]!r}", text)
        for text in (
            "",
            ".",
            "..",
            "...",
            "a.b.c",
            "null",
            "{}",
            "💥.💥.💥",
            "\ud800.a.b",
            "\0",
            "A" * 5000,
            "e30.e30.e30",
        )
    )
    nested = _base64url(b'{"a":' * 5000 + b"1" + b"}" * 5000)
    yield "deep header", f"{nested[:3000]}.e30.{'A' * 86}"
    yield "not JSON", f"{_base64url(b'not json')}.{_base64url(b'not json')}.{'A' * 86}"
    yield "not UTF-8", f"{_base64url(bytes([255, 254]))}.{_base64url(bytes([255, 254]))}.{'A' * 86}"


def _issued_at(token: str) -> datetime:
    return datetime.fromtimestamp(parts(token)[1]["iat"], UTC)


def _respelled(signature: str) -> str:
    # The last of 86 characters holds four spare bits, which lenient decoders ignore.
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return signature[:-1] + alphabet[alphabet.index(signature[-1]) ^ 1]


def _encode(value: Any) -> str:
    return _base64url(json.dumps(value).encode())


def _decode(segment: str) -> dict[str, Any]:
    return json.loads(urlsafe_b64decode(segment + "=="))


def _base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
