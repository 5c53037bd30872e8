"""The examples that the documentation shows: Ada's company, and Grace, who joins it."""

from typing import Any

ORGANIZATION_ID = "01939c70-2b1f-7c43-8f0e-3d5c7a9b1e42"
OWNER_ID = "01939c67-1c5e-7d4a-9a3b-2f6f0c1d5e77"
MEMBER_ID = "01939c7a-5f02-7b19-b6d4-8e1f2a3c4d5b"
JOINED = "2026-11-20T09:30:00.000Z"
TOKEN = "01939c702b1f7c438f0e3d5c7a9b1e42.dGhpcyBpcyBub3QgYSByZWFsIHNlY3JldCBhdCBhbGw"  # nosec B105
NEW = {"name": "Acme Inc.", "timezone": "Europe/Berlin", "currency": "EUR"}
ORGANIZATION: dict[str, Any] = {
    "id": ORGANIZATION_ID,
    "name": "Acme Inc.",
    "slug": "acme-inc-3f9c1b04d2",
    "owner_id": OWNER_ID,
    "is_personal": False,
    "timezone": "Europe/Berlin",
    "locale": "de",
    "country": "DE",
    "currency": "EUR",
    "settings": {"require_two_factor": False},
    "created_at": JOINED,
    "updated_at": JOINED,
}
MEMBERSHIP = {**ORGANIZATION, "role": "admin", "grants": [], "joined_at": JOINED}
MEMBER = {
    "user_id": MEMBER_ID,
    "email": "grace@example.com",
    "first_name": "Grace",
    "last_name": "Hopper",
    "avatar_url": "",
    "role": "member",
    "grants": [],
    "is_owner": False,
    "joined_at": JOINED,
}
ROLE = {
    "id": "01939c7c-0a1b-7c2d-8e3f-4a5b6c7d8e9f",
    "name": "dispatcher",
    "description": "Plans who does what.",
    "permissions": ["members:invite", "members:list"],
    "created_at": JOINED,
}
INVITATION = {
    "id": "01939c80-77aa-7e21-9c5d-0b1a2c3d4e5f",
    "email": "grace@example.com",
    "role": "member",
    "state": "pending",
    "invited_by_id": OWNER_ID,
    "created_at": JOINED,
    "expires_at": "2026-11-27T09:30:00.000Z",
}
MY_INVITATION = {
    "id": INVITATION["id"],
    "organization": {"id": ORGANIZATION_ID, "name": "Acme Inc."},
    "role": "member",
    "created_at": JOINED,
    "expires_at": INVITATION["expires_at"],
}
EXPLANATIONS = [
    {
        "permission": "members:invite",
        "label": "Invite people, see and revoke invitations",
        "allowed": True,
        "because_of": ["dispatcher"],
        "given_by": ["admin", "dispatcher"],
    },
    {
        "permission": "organizations:close",
        "label": "Close the organization",
        "allowed": False,
        "because_of": [],
        "given_by": ["owner"],
    },
]
ME = {
    "id": OWNER_ID,
    "email": "ada@example.com",
    "username": "ada",
    "first_name": "Ada",
    "last_name": "Lovelace",
    "timezone": "Europe/London",
    "locale": "en",
    "is_staff": False,
    "date_joined": JOINED,
    "current_organization": {
        "id": ORGANIZATION_ID,
        "name": "Acme Inc.",
        "is_personal": False,
        "owner_id": OWNER_ID,
    },
}
