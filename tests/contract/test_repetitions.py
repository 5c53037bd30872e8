"""PUT, PATCH and DELETE need no Idempotency-Key: whoever repeats one changes nothing that the first has not changed."""

import re
from typing import Any

import pytest

from tenon.kernel import clock
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.views import Endpoint
from tests.contract.digests import digest
from tests.contract.house import House, browser
from tests.contract.operations import examples
from tests.contract.test_outsiders import each

REPEATABLE = {"put", "patch", "delete"}
# What a repetition is refused with, or what notes that it was asked, is no effect of the operation.
NOTES = {"audit.Entry", "audit.Detail", "limits.Counter"}


def first_example(descriptions: dict[str, Any], pattern: str, method: str) -> Any:
    """What the description shows of a request; None where there is no body."""
    operation = descriptions["api"]["paths"][re.sub(r"<\w+:(\w+)>", r"{\1}", pattern)][method]
    bodies = [examples(content) for content in operation.get("requestBody", {}).get("content", {}).values()]
    return bodies[0][0] if bodies else None


@pytest.mark.django_db
@each(Audience.SELF, Audience.MEMBER, methods=REPEATABLE)
def test_a_repetition_changes_nothing(
    descriptions: dict[str, Any],
    house: House,
    pattern: str,
    view: type[Endpoint],
    method: str,
    monkeypatch: pytest.MonkeyPatch,
):
    if method.upper() in view.idempotency:
        return
    path, body = house.path(pattern), first_example(descriptions, pattern, method)
    api = browser(house.alice)
    headers = {"X-Organization-ID": str(house.organization.id)}

    def send() -> int:
        return api.request(method.upper(), path, body, headers=headers).status_code

    # When something was last seen, is no effect either.
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)
    first = send()
    before = digest(but=NOTES)
    again = send()
    assert digest(but=NOTES) == before, f"{first}, then {again}: say `idempotency` in {view.__qualname__}"
    assert again == first or again in {401, 404, 409}
