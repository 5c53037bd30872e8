"""A person in front of the API, over Django's test client: JSON in, JSON out, tokens remembered by the caller."""

import json
from ipaddress import IPv6Address
from typing import Any
from uuid import uuid4

from django.test import Client

Answer = Any  # an HttpResponse of the test client, which has `.json()` besides


def new_address() -> str:
    """An IPv6 address in a /64 that nobody else has (RFC 3849: for documentation)."""
    bits = uuid4().hex
    return str(IPv6Address(f"2001:db8:{bits[:4]}:{bits[4:8]}::7"))


class Api:
    """Requests of one caller, from an address of their own, so that no limit is shared with another test.

    A failure inside becomes a 500 answer, as in production, instead of an exception.
    """

    def __init__(self, *, token: str = "", device: str = "a browser", address: str = "") -> None:
        self.token = token
        self.refresh = ""
        self.address = address or new_address()
        self._client = Client(raise_request_exception=False, headers={"user-agent": device}, REMOTE_ADDR=self.address)

    def request(self, method: str, path: str, body: object = None, *, headers: dict[str, str] | None = None) -> Answer:
        """One request; `body` is sent as JSON unless it is None, bytes are sent as they are."""
        sent = dict(headers or {})
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        if body is None:
            return self._client.generic(method, path, headers=sent)
        data = body if isinstance(body, bytes) else json.dumps(body)
        return self._client.generic(method, path, data, content_type="application/json", headers=sent)

    def get(self, path: str, **options: Any) -> Answer:
        """One GET."""
        return self.request("GET", path, **options)

    def post(self, path: str, body: object = None, **options: Any) -> Answer:
        """One POST; without a body, of an empty object."""
        return self.request("POST", path, {} if body is None else body, **options)

    def delete(self, path: str, **options: Any) -> Answer:
        """One DELETE."""
        return self.request("DELETE", path, **options)
