"""A person in front of the API, over Django's test client: JSON in, JSON out, tokens remembered by the caller."""

import json
from typing import Any

from django.test import Client

Answer = Any  # an HttpResponse of the test client, which has `.json()` besides


class Api:
    """Requests of one caller. A failure inside becomes a 500 answer, as in production, instead of an exception."""

    def __init__(self, *, token: str = "", device: str = "a browser", address: str = "127.0.0.1") -> None:
        self.token = token
        self._client = Client(raise_request_exception=False, headers={"user-agent": device}, REMOTE_ADDR=address)

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
