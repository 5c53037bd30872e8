"""What happens around every request, whichever view answers it. The order in settings.MIDDLEWARE is the order here."""

import logging
import time
from collections.abc import Callable, Mapping
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import DisallowedHost, MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import is_valid_path

from tenon.kernel import caller
from tenon.kernel.http import problems, request_id
from tenon.kernel.http.addresses import client_address
from tenon.kernel.http.problem_types import BASE, FOR_STATUS
from tenon.kernel.principal import ANONYMOUS

GetResponse = Callable[[HttpRequest], HttpResponseBase]
logger = logging.getLogger(__name__)

MAX_TARGET = 8192  # bytes of path and query string together
MAX_HEADER = 8192  # bytes of one header
MAX_HEADERS = 32768  # bytes of all headers together
_PLAIN = {**FOR_STATUS, 400: BASE["malformed"]}  # what an answer that is not ours means, by its status
_KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate", "Vary")


class RequestIdMiddleware:
    """Gives the request an id (`request.id`), the caller's own where it is harmless, and returns it.

    And says from where the request comes, before anybody knows from whom.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        identity = request_id.accept(request.META.get("HTTP_X_REQUEST_ID", ""))
        request.id = identity  # type: ignore[attr-defined]
        trace = request_id.accept_traceparent(request.META.get("HTTP_TRACEPARENT", ""))
        anybody = caller.Caller(ANONYMOUS, ip=client_address(request))
        with request_id.bound(identity, trace), caller.bound(anybody):
            response = self.get_response(request)
        response[request_id.HEADER] = identity
        return response


class ResponseTimeMiddleware:
    """`X-Response-Time` in milliseconds, in development only: it would tell an attacker about timing."""

    def __init__(self, get_response: GetResponse) -> None:
        if not settings.DEBUG:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        response = self.get_response(request)
        response["X-Response-Time"] = f"{(time.perf_counter() - started) * 1000:.1f}ms"
        return response


class ProblemMiddleware:
    """Makes every failure a problem answer, also where Django or another middleware would answer HTML or plain text."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code < 400 or _says_json(response):
            return response
        known = _PLAIN.get(response.status_code)
        if known is None:
            return response
        answer = problems.respond(problems.Problem(known))
        for name in _KEPT_HEADERS:
            if name in response:
                answer[name] = response[name]
        return answer

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Failures of views that are not REST framework's. None leaves a fault of ours to Django, which logs it."""
        return problems.answer(exception)


class InputMiddleware:
    """Refuses what no view should have to think about: other hosts, NUL, text that is not UTF-8, more than is sane."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        code = _fault_of(request.META, request.path_info) or _fault_of_host(request)
        if code is not None:
            return problems.respond(problems.Problem(BASE[code]))
        return self.get_response(request)


class OptionalSlashMiddleware:
    """Serves a path with and without its last slash alike, without a redirect, which would lose a POST's body.

    Nearly every route ends with a slash, so a path that does is looked up again only after it was found to be nowhere.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if not path.endswith("/"):
            if not is_valid_path(path) and is_valid_path(f"{path}/"):
                request.path_info, request.path = f"{path}/", f"{request.path}/"
            return self.get_response(request)
        response = self.get_response(request)
        nowhere = response.status_code == 404 and request.resolver_match is None
        if nowhere and not path.endswith("//") and is_valid_path(path[:-1]):
            request.path_info, request.path = path[:-1], request.path[:-1]
            return self.get_response(request)
        return response


def _says_json(response: HttpResponseBase) -> bool:
    media_type = response.get("Content-Type", "").partition(";")[0].strip()
    return media_type.endswith(("/json", "+json"))


def _fault_of(meta: Mapping[str, object], path: str) -> str | None:
    query = str(meta.get("QUERY_STRING", ""))
    if len(path) + len(query) > MAX_TARGET:
        return "uri_too_long"
    sizes = [len(name) + len(str(value)) for name, value in meta.items() if name.startswith("HTTP_")]
    if sizes and (max(sizes) > MAX_HEADER or sum(sizes) > MAX_HEADERS):
        return "headers_too_large"
    if "HTTP_TRANSFER_ENCODING" in meta and not meta.get("CONTENT_LENGTH"):
        return "length_required"
    if "\0" in path or not _is_clean(query):
        return "malformed"
    return None


def _fault_of_host(request: HttpRequest) -> str | None:
    """Asked here, as an exception would become a page of Django's own under DEBUG."""
    try:
        request.get_host()
    except DisallowedHost:
        return "unknown_host"
    return None


def _is_clean(query: str) -> bool:
    if "%" not in query and query.isascii():
        return "\0" not in query
    raw = unquote_to_bytes(query.encode("latin-1", "replace"))
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in raw
