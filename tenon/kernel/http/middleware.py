"""What happens around every request, whichever view answers it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from tenon.kernel.http import request_id

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class RequestIdMiddleware:
    """Gives the request an id (`request.id`), the caller's own where it is harmless, and returns it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        identity = request_id.accept(request.META.get("HTTP_X_REQUEST_ID", ""))
        request.id = identity  # type: ignore[attr-defined]
        trace = request_id.accept_traceparent(request.META.get("HTTP_TRACEPARENT", ""))
        with request_id.Bound(identity, trace):
            response = self.get_response(request)
        response[request_id.HEADER] = identity
        return response
