"""Somebody who sends requests with keys, for the tests of both modes."""

import json
from typing import Any

from django.test import Client

from tenon.kernel.http.tests import idempotent_routes as routes
from tenon.kernel.ids import new_id
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.testing.probes.models import Probe

ORDER = {"email": "ada@example.com"}


class Person:
    """Sends the same order again and again, unless told otherwise."""

    def __init__(self, **headers: str) -> None:
        self.headers = {"x-person": str(new_id())} | headers
        self.client = Client(raise_request_exception=False)

    def send(self, key: str | None = "k", *, path: str = "/probes/", body: Any = None, method: str = "POST") -> Any:
        headers = self.headers | ({} if key is None else {"idempotency-key": key})
        sent = body if isinstance(body, str) else json.dumps(ORDER if body is None else body)
        return self.client.generic(method, path, sent, content_type="application/json", headers=headers)


def made() -> int:
    """How many rows there are by now."""
    with organization_scope(routes.organization[0]):
        return Probe.objects.count()
