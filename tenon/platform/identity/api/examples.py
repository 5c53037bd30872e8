"""The examples that the documentation shows, one person's from sign-up to sign-out."""

from typing import Any

EMAIL = "ada@example.com"
PASSWORD = "correct-horse-battery-7"  # nosec B105
ACCESS = "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIwMTkzIn0.c2lnbmF0dXJl"
REFRESH = "tnr_AZOcZ0mDf4q1mYx0v3Q9bQAAAAAAAG1hYy1vdmVyLXNlc3Npb24tYW5kLWNvdW50ZXI"
VERIFICATION_SECRET = "2f1a3c5e-7b9d-4e21-8c43-65a7b9cd0e1f"  # nosec B105
RESET_SECRET = "dGhpcyBpcyBub3QgYSByZWFsIHNlY3JldCBhdCBhbGw"  # nosec B105
CHALLENGE_ID = "01939c67-2f61-7b0c-8e55-1f4d9a6b7c80"
MAGIC_CODE = "40718293"
MAGIC_LINK_SECRET = "bm90IGEgcmVhbCBzZWNyZXQgZWl0aGVyLCBqdXN0IGE"  # nosec B105
SESSION_ID = "01939c67-4983-7f8a-b599-8c74bf743d6d"
USER: dict[str, Any] = {
    "id": "01939c67-1c5e-7d4a-9a3b-2f6f0c1d5e77",
    "email": EMAIL,
    "username": "ada",
    "first_name": "Ada",
    "last_name": "Lovelace",
    "full_name": "Ada Lovelace",
}
REGISTRATION = {
    "email": EMAIL,
    "password": PASSWORD,
    "username": "ada",
    "first_name": "Ada",
    "last_name": "Lovelace",
}
TOKENS = {"access": ACCESS, "refresh": REFRESH}
SESSION = {
    "id": SESSION_ID,
    "device": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    "ip": "203.0.113.7",
    "created_at": "2026-11-20T09:30:00.000Z",
    "last_used_at": "2026-11-20T10:15:00.000Z",
    "current": True,
}
KEY = {
    "crv": "Ed25519",
    "kty": "OKP",
    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    "alg": "EdDSA",
    "use": "sig",
    "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
}
