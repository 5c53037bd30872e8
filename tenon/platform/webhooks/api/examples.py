"""The examples that the documentation shows: where Ada's company wants its events."""

from typing import Any

ENDPOINT_ID = "01939c80-1a2b-7c3d-8e4f-5a6b7c8d9e0f"
DELIVERY_ID = "01939c81-2b3c-7d4e-9f50-6b7c8d9e0f1a"
OPERATION_ID = "01939c82-3c4d-7e5f-8061-7c8d9e0f1a2b"
EVENT_ID = "01939c81-2b3c-7d4e-9f50-000000000001"
SECRET = "whsec_bm90IGEgcmVhbCBzZWNyZXQsIG9ubHkgYW4gZXhhbXBsZQ=="  # nosec B105
FORMER = "whsec_dGhlIG9uZSBiZWZvcmUsIHdoaWNoIHNpZ25zIGEgd2hpbGU="
MADE = "2026-11-20T09:30:00.000Z"
NEW = {"url": "https://hooks.example.com/tenon", "event_types": ["organizations.*"], "description": "Our CRM"}
ENDPOINT: dict[str, Any] = {
    "id": ENDPOINT_ID,
    **NEW,
    "enabled": True,
    "disabled_reason": "",
    "disabled_at": None,
    "failing_since": None,
    "former_secret_until": None,
    "created_by_id": "01939c67-1c5e-7d4a-9a3b-2f6f0c1d5e77",
    "created_at": MADE,
    "updated_at": MADE,
}
WITH_SECRET = {**ENDPOINT, "secret": SECRET}
SECRETS = {"secret": SECRET, "former_secret": None, "former_secret_until": None}
ROTATED = {"secret": SECRET, "former_secret": FORMER, "former_secret_until": "2026-11-21T09:30:00.000Z"}
PENDING: dict[str, Any] = {
    "id": DELIVERY_ID,
    "endpoint_id": ENDPOINT_ID,
    "event_id": EVENT_ID,
    "event_type": "organizations.member_joined",
    "state": "pending",
    "attempts": 0,
    "next_attempt_at": MADE,
    "last_outcome": "",
    "last_status": None,
    "settled_at": None,
    "created_at": MADE,
}
DELIVERY = {
    **PENDING,
    "attempts": 1,
    "next_attempt_at": "2026-11-20T09:30:05.120Z",
    "last_outcome": "refused",
    "last_status": 500,
}
IN_FULL = {
    **DELIVERY,
    "body": '{"id":"01939c81-2b3c-7d4e-9f50-000000000001","type":"organizations.member_joined", …}',
    "log": [
        {
            "id": "01939c83-4d5e-7f60-8172-8d9e0f1a2b3c",
            "number": 1,
            "started_at": MADE,
            "milliseconds": 84,
            "outcome": "refused",
            "status": 500,
            "error": "",
            "answer": "Internal Server Error",
        }
    ],
}
