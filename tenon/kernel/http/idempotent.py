"""The Idempotency-Key of a request: the hook between a view's declaration and `kernel/idempotency`."""

import hashlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode
from uuid import uuid4

import orjson
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel import clock, metrics
from tenon.kernel.errors import TenonError
from tenon.kernel.idempotency import atomic, keys, phased
from tenon.kernel.idempotency.answers import Answer
from tenon.kernel.idempotency.errors import InProgress, KeyMissing, KeyReused
from tenon.kernel.idempotency.operations import Operation
from tenon.kernel.idempotency.rules import Idempotency

if TYPE_CHECKING:
    from tenon.kernel.http.views import Endpoint

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
_NOTICED: dict[type[TenonError], str] = {InProgress: "in_progress", KeyReused: "reused"}

Handler = Callable[..., HttpResponseBase]


def guarded(view: "Endpoint", rule: Idempotency, handler: Handler) -> Handler:
    """`handler`, whose answer to a request with a key is given once and then repeated.

    It runs after the caller is known, let in and counted: so these refusals, and the limits, are never kept.
    """

    def handle(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        header = request.META.get("HTTP_IDEMPOTENCY_KEY")
        if header is None and rule.required:
            raise KeyMissing
        if header is None and not rule.phased:
            return handler(request, *args, **kwargs)
        # A phased view without a key works on a key that nobody knows.
        asked = _asked(view, request, key=keys.read(header) if header is not None else str(uuid4()))

        def produce() -> Answer:
            return _rendered(request, handler(request, *args, **kwargs))

        def produce_in_steps(operation: Operation) -> Answer:
            view.operation = operation
            return produce()

        try:
            if rule.phased:
                answer, replayed = phased.run(asked, produce_in_steps, lease=rule.lease, now=clock.now())
            else:
                answer, replayed = atomic.run(asked, produce, now=clock.now())
        except (InProgress, KeyReused) as refusal:
            metrics.idempotent_requests.labels(_NOTICED[type(refusal)]).inc()
            raise
        metrics.idempotent_requests.labels("replayed" if replayed else "first").inc()
        return _sent(answer, replayed=replayed)

    return handle


def _asked(view: "Endpoint", request: Request, *, key: str) -> keys.Asked:
    query = urlencode(sorted((name, value) for name, values in request.query_params.lists() for value in values))
    target = f"{request.path.rstrip('/')}?{query}\0".encode()
    principal = view.principal
    return keys.asked(
        key=key,
        principal=principal,
        caller="" if principal.is_authenticated else view.anonymous_caller(),
        method=str(request.method),
        route=cast(ResolverMatch, request.resolver_match).route,
        content=target + _canonical(request.data),
    )


def _canonical(data: Any) -> bytes:
    """The body without what does not matter: the order of keys, blanks, the boundaries of a form's parts."""
    if isinstance(data, MultiValueDict):
        data = {name: [_part(value) for value in values] for name, values in data.lists()}
    elif isinstance(data, dict) and any(isinstance(value, UploadedFile) for value in data.values()):
        data = {name: _part(value) for name, value in data.items()}
    return orjson.dumps(data, option=orjson.OPT_SORT_KEYS)


def _part(value: Any) -> Any:
    if not isinstance(value, UploadedFile):
        return value
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return {"name": value.name, "type": value.content_type, "sha256": digest.hexdigest()}


def _rendered(request: Request, response: HttpResponseBase) -> Answer:
    """The answer as bytes, with the headers that are its own. Raises TypeError for one that cannot be repeated."""
    if isinstance(response, Response):
        response.accepted_renderer = request.accepted_renderer
        response.accepted_media_type = request.accepted_media_type
        response.renderer_context = request.parser_context or {}  # type: ignore[attr-defined]
        response.render()
    if not isinstance(response, HttpResponse) or response.cookies:
        raise TypeError("A streamed answer, or one that sets cookies, cannot be kept and repeated.")
    return Answer(response.status_code, tuple(_own_headers(response)), response.content)


def _own_headers(response: HttpResponse) -> Iterator[tuple[str, str]]:
    yield from response.items()
    if "Content-Language" not in response:
        yield "Content-Language", get_language()


def _sent(answer: Answer, *, replayed: bool) -> HttpResponse:
    response = HttpResponse(answer.body, status=answer.status)
    del response["Content-Type"]
    for name, value in answer.headers:
        response[name] = value
    if replayed:
        response[REPLAYED] = "true"
    return response
