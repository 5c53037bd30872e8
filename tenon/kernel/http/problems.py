"""RFC 9457 problem answers for every failure, made in one place."""

import logging
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.core import exceptions as django_exceptions
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from redis.exceptions import RedisError
from rest_framework import exceptions as drf

from tenon.kernel.errors import FieldError, TenonError, Text
from tenon.kernel.http import request_id
from tenon.kernel.http.bodiless import without_body
from tenon.kernel.http.conditional import NotModified
from tenon.kernel.http.pointers import field_errors
from tenon.kernel.http.problem_types import BASE, FOR_STATUS, STATUS, ProblemType, of_error
from tenon.kernel.http.renderers import dumps

MEDIA_TYPE = "application/problem+json"
RETRY_SOON = 2  # seconds: how long a lost database or cache is given before the caller comes back
_LOST = (OperationalError, InterfaceError, RedisError)
__all__ = ["MEDIA_TYPE", "STATUS", "Problem", "answer", "exception_handler", "of", "respond"]
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Problem:
    """What goes wrong in one request: its type, and what is particular about this occurrence."""

    type: ProblemType
    detail: Text | None = None
    errors: Sequence[FieldError] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)


def respond(problem: Problem) -> HttpResponse:
    """The answer `application/problem+json`: type, title, status, detail, code, request_id, and errors if any."""
    kind = problem.type
    body: dict[str, Any] = {
        **problem.extra,
        "type": f"{settings.SITE_URL}/problems/{kind.code}/",
        "title": kind.title,
        "status": kind.status,
        "detail": problem.detail or kind.detail,
        "code": kind.code,
        "request_id": request_id.current(),
    }
    if problem.errors:
        body["errors"] = [_fault(error) for error in problem.errors]
    response = HttpResponse(dumps(body), status=kind.status, content_type=MEDIA_TYPE, headers=dict(problem.headers))
    response["Cache-Control"] = "no-store"
    response["Content-Length"] = str(len(response.content))  # CommonMiddleware may never see it
    return response


def of(failure: BaseException) -> Problem | None:
    """The problem that `failure` is to the caller, or None when it is a fault of ours (a 500)."""
    if isinstance(failure, TenonError):
        return _of_tenon(failure)
    if isinstance(failure, drf.APIException):
        return _of_drf(failure)
    return _of_django(failure)


def answer(failure: BaseException, *, challenge: str = "Bearer") -> HttpResponse | None:
    """The answer to `failure`, or None when it is a fault of ours, which Django logs and answers by `handler500`.

    `challenge` is the WWW-Authenticate of a 401 (RFC 9110 §11.6.1).
    """
    if isinstance(failure, NotModified):
        return without_body(304, ETag=failure.etag)
    problem = of(failure)
    if problem is None:
        return None
    if isinstance(failure, _LOST):
        logger.error("A database or cache that is needed does not answer.", exc_info=failure)
    if problem.type.status == 401:
        problem = replace(problem, headers={**problem.headers, "WWW-Authenticate": challenge})
    return respond(problem)


def exception_handler(failure: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """Django REST framework's hook."""
    challenge = context["view"].get_authenticate_header(context["request"])
    return answer(failure, challenge=challenge or "Bearer")


def _of_tenon(failure: TenonError) -> Problem:
    headers = {} if failure.retry_after is None else {"Retry-After": str(failure.retry_after)}
    if STATUS[failure.kind] == 503:
        headers.setdefault("Retry-After", str(RETRY_SOON))
    return Problem(of_error(type(failure)), failure.detail, failure.errors, headers, failure.extra)


def _of_drf(failure: drf.APIException) -> Problem | None:
    if isinstance(failure, drf.ValidationError):
        return Problem(BASE["invalid"], errors=field_errors(failure.detail))
    if isinstance(failure, drf.ParseError):
        return Problem(BASE["malformed"], str(failure.detail))
    if isinstance(failure, (drf.NotAuthenticated, drf.AuthenticationFailed)):
        return Problem(BASE["not_authenticated"])
    if isinstance(failure, drf.Throttled):
        wait = getattr(failure, "wait", None)
        return Problem(BASE["too_many_requests"], headers={"Retry-After": str(wait)} if wait else {})
    if isinstance(failure, drf.UnsupportedMediaType):
        return Problem(BASE["unsupported_media_type"], headers={"Accept": "application/json"})
    known = FOR_STATUS.get(failure.status_code)
    return Problem(known) if known and known.status != 500 else None


def _of_django(failure: BaseException) -> Problem | None:
    if isinstance(failure, _LOST):
        return Problem(BASE["unavailable"], headers={"Retry-After": str(RETRY_SOON)})
    if isinstance(failure, Http404):
        return Problem(BASE["not_found"])
    if isinstance(failure, django_exceptions.PermissionDenied):
        return Problem(BASE["forbidden"])
    if isinstance(failure, django_exceptions.RequestDataTooBig):
        return Problem(BASE["body_too_large"])
    if isinstance(failure, django_exceptions.DisallowedHost):
        return Problem(BASE["unknown_host"])
    if isinstance(failure, django_exceptions.ValidationError):
        return Problem(BASE["invalid"], errors=field_errors(drf.ValidationError(failure.messages).detail))
    if isinstance(failure, (django_exceptions.SuspiciousOperation, django_exceptions.BadRequest, UnreadablePostError)):
        return Problem(BASE["malformed"])
    return None


def _fault(error: FieldError) -> dict[str, Any]:
    place = {"parameter": error.parameter} if error.parameter else {"pointer": error.pointer}
    return {**place, "code": error.code, "detail": error.detail}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler400`: a suspicious or unreadable request, an unknown host included."""
    return respond(of(exception) or Problem(BASE["malformed"]))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler403`."""
    return respond(Problem(BASE["forbidden"]))


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """settings.CSRF_FAILURE_VIEW."""
    return respond(Problem(BASE["csrf_failed"]))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler404`: an unknown path included."""
    return respond(Problem(BASE["not_found"]))


def server_error(request: HttpRequest) -> HttpResponse:
    """`handler500`: says nothing of the inside. Django has logged the traceback; the request id finds it."""
    failure = sys.exc_info()[1]
    return respond((of(failure) if failure else None) or Problem(BASE["internal_error"]))
