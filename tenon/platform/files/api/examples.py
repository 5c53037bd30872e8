"""The examples that the documentation shows: a photograph that Ada sends."""

from typing import Any

FILE_ID = "01939c91-3d20-7a55-8c11-6e0f9a8b7c6d"
CHECKSUM = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
SENT = "2026-11-20T09:30:00.000Z"
FILE: dict[str, Any] = {
    "id": FILE_ID,
    "name": "harbour.jpg",
    "purpose": "attachment",
    "content_type": "image/jpeg",
    "size": 48213,
    "checksum": CHECKSUM,
    "width": 1600,
    "height": 1200,
    "state": "ready",
    "refusal": "",
    "uploaded_by_id": "01939c67-1c5e-7d4a-9a3b-2f6f0c1d5e77",
    "created_at": SENT,
    "updated_at": SENT,
    "expires_at": None,
}
FORM = {"purpose": "attachment", "file": "…the bytes of the file…"}
ANNOUNCEMENT = {
    "purpose": "attachment",
    "name": "harbour.jpg",
    "size": 48213,
    "content_type": "image/jpeg",
    "checksum": CHECKSUM,
}
TICKET = {
    "file_id": FILE_ID,
    "url": "https://tenon-files.s3.eu-central-1.amazonaws.com/",
    "method": "POST",
    "headers": {},
    "fields": {"key": "01939c702b1f7c43/01939c913d207a55-incoming", "policy": "eyJleHBpcmF0aW9uIjog…"},
    "expires_at": "2026-11-20T10:30:00.000Z",
}
BYTES = "…the bytes of the file…"
