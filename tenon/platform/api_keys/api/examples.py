"""The examples that the documentation shows: the key with which Ada's company exports its orders."""

from typing import Any

KEY_ID = "01939c90-1f2e-7d3c-8b4a-5c6d7e8f9a0b"
CREATED = "2026-11-20T09:30:00.000Z"
EXPIRES = "2027-11-20T00:00:00.000Z"
SECRET = "tn_live_7Kq2xYw9_EXAMPLEexampleEXAMPLEexampleEXAMPLEexample1_0AbC1d"  # nosec B105
NEW: dict[str, Any] = {"name": "Nightly export", "scopes": ["members:list"], "expires_at": EXPIRES}
KEY: dict[str, Any] = {
    "id": KEY_ID,
    "name": "Nightly export",
    "prefix": "tn_live_7Kq2xYw9",
    "scopes": ["members:list"],
    "state": "active",
    "created_by_id": "01939c67-1c5e-7d4a-9a3b-2f6f0c1d5e77",
    "created_at": CREATED,
    "updated_at": CREATED,
    "expires_at": EXPIRES,
    "rotated_at": None,
    "previous_expires_at": None,
    "revoked_at": None,
    "last_used_at": None,
    "last_used_ip": None,
}
ISSUED = {**KEY, "secret": SECRET}
ROTATED = {**ISSUED, "rotated_at": "2026-12-01T08:00:00.000Z", "previous_expires_at": "2026-12-02T08:00:00.000Z"}
OWN = {
    "id": KEY_ID,
    "name": "Nightly export",
    "prefix": "tn_live_7Kq2xYw9",
    "organization": {"id": "01939c70-2b1f-7c43-8f0e-3d5c7a9b1e42", "name": "Acme Inc.", "slug": "acme-inc-3f9c1b04d2"},
    "scopes": ["members:list"],
    "created_at": CREATED,
    "expires_at": EXPIRES,
    "last_used_at": CREATED,
}
SCOPES = [
    {"scope": "members:list", "description": "See the members", "grantable": True},
    {"scope": "organizations:update", "description": "Change the organization", "grantable": False},
]
