"""The examples that the documentation shows."""

from typing import Any

NOTIFICATION: dict[str, Any] = {
    "id": "01939c90-3c2d-7a1b-8e4f-5a6b7c8d9e0f",
    "type": "organizations.role_changed",
    "message": "Your role in Acme Inc. is now admin.",
    "target_url": "",
    "organization_id": "01939c70-2b1f-7c43-8f0e-3d5c7a9b1e42",
    "created_at": "2026-11-20T09:30:00.000Z",
    "read_at": None,
}
PREFERENCE: dict[str, Any] = {
    "type": "organizations.role_changed",
    "title": "Your role has changed",
    "required": False,
    "channels": {"email": False, "in_app": True, "push": False},
}
REQUIRED: dict[str, Any] = {
    "type": "identity.new_device",
    "title": "A sign-in from a new device",
    "required": True,
    "channels": {"email": True, "in_app": True, "push": True},
}
CHANGE = {"type": "organizations.role_changed", "channel": "email", "enabled": False}
DEVICE: dict[str, Any] = {
    "id": "01939c95-8d7c-7b6a-9f5e-4d3c2b1a0f9e",
    "platform": "fcm",
    "name": "Ada’s phone",
    "created_at": "2026-11-20T09:30:00.000Z",
    "last_seen_at": "2026-11-20T09:30:00.000Z",
}
TOKEN = "dYx3m0Zr:APA91bExampleOfARegistrationToken"  # nosec B105
