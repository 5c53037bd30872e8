"""One log line for each request."""

import time
from typing import Any

import structlog
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase
from django_structlog import signals
from django_structlog.middlewares import RequestMiddleware

# Asked every few seconds; worth a line only when they fail.
PROBES = ("/health/", "/metrics/")


class RequestLogMiddleware(RequestMiddleware):
    """Logs method, path (never the query string, in which secrets travel), status, duration and who asked.

    A failure is logged where it happens, with its traceback, and not once more when it is answered.
    """

    def prepare(self, request: HttpRequest) -> None:
        structlog.contextvars.bind_contextvars(method=request.method, path=request.path)
        request.began = time.perf_counter()  # type: ignore[attr-defined]

    def handle_response(self, request: HttpRequest, response: HttpResponseBase) -> None:
        if request.path.startswith(PROBES) and response.status_code < 400:
            structlog.contextvars.clear_contextvars()
        else:
            super().handle_response(request, response)  # type: ignore[arg-type]


@receiver([signals.bind_extra_request_finished_metadata, signals.bind_extra_request_failed_metadata])
def describe(request: HttpRequest, log_kwargs: dict[str, Any], **_: Any) -> None:
    """Our words for what happened, instead of django-structlog's."""
    del log_kwargs["request"]
    log_kwargs["status"] = log_kwargs.pop("code")
    log_kwargs["duration_ms"] = round((time.perf_counter() - request.began) * 1000, 1)  # type: ignore[attr-defined]
