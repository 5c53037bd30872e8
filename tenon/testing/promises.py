"""Every answer of an operation is one that its description tells of: watched while tests call the API."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, wraps
from typing import Any
from unittest.mock import patch

from tenon.kernel.http import promises
from tenon.kernel.http.declared import answering
from tenon.kernel.http.problems import MEDIA_TYPE
from tenon.kernel.http.views import Endpoint

_OUT_OF_HAND = frozenset({304})  # of every GET with an ETag


@contextmanager
def kept() -> Iterator[list[str]]:
    """Fails at the end when an endpoint of ours has answered what its description does not tell of.

    Yields the list of what was found so far. Views that a test module has written for itself are let be.
    """
    found: list[str] = []
    finalize = Endpoint.finalize_response

    @wraps(finalize)
    def watched(self: Endpoint, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = finalize(self, request, response, *args, **kwargs)
        if fault := broken(self, request, response):
            found.append(fault)
        return response

    with patch.object(Endpoint, "finalize_response", watched):
        yield found
    if found:
        listed = "\n".join(dict.fromkeys(found))
        raise AssertionError(f"Undocumented answers; say them in `raises` of the view or in extend_schema:\n{listed}")


def broken(view: Endpoint, request: Any, response: Any) -> str:
    """What the description of the operation does not tell of this answer; nothing where all is well."""
    method, status = answering(str(request.method)), response.status_code
    kind = type(view)
    if ".tests." in kind.__module__ or not hasattr(kind, method.lower()) or status in _OUT_OF_HAND:
        return ""
    name = f"{method} {request.path} ({kind.__module__}.{kind.__qualname__})"
    if response.get("Content-Type", "").startswith(MEDIA_TYPE):
        code = json.loads(response.content)["code"]
        known = promises.problems(view, method, has_parameters=bool(view.kwargs))
        if (status, code) not in {(problem.status, problem.code) for problem in known}:
            return f"{name} answered the problem {status} {code}."
        return ""
    return "" if status in (declared(kind, method) or {status}) else f"{name} answered {status} with a body of its own."


@cache
def declared(kind: type[Endpoint], method: str) -> frozenset[int]:
    """The statuses that `extend_schema` gives answers for; nothing where it names none."""
    schema_class = getattr(getattr(kind, method.lower()), "kwargs", {}).get("schema")
    if schema_class is None:
        return frozenset()
    schema = schema_class()
    view = kind()
    view.request, view.kwargs = None, {}  # type: ignore[assignment]
    schema.view, schema.method, schema.path = view, method, "/"
    answers = schema.get_response_serializers()
    if not isinstance(answers, dict):
        return frozenset()
    return frozenset(int(key[0] if isinstance(key, tuple) else key) for key in answers)
