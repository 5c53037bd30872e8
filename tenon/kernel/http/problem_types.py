"""Every kind of problem this API can answer with: its code, status, title and what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from tenon.kernel.errors import Kind, TenonError, Text

STATUS: dict[Kind, int] = {
    Kind.INVALID: 400,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.GONE: 410,
    Kind.PRECONDITION_FAILED: 412,
    Kind.UNPROCESSABLE: 422,
    Kind.TOO_MANY_REQUESTS: 429,
    Kind.UNAVAILABLE: 503,
}


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One problem type (RFC 9457 §3.1.1). `title` stays the same for every occurrence; `detail` is the usual detail."""

    code: str
    status: int
    title: Text
    detail: Text


_BASE = (
    ProblemType("invalid", 400, _("Invalid request"), _("The request is not valid.")),
    ProblemType("malformed", 400, _("Malformed request"), _("The request could not be read.")),
    ProblemType("unknown_host", 400, _("Unknown host"), _("This service does not answer under this host name.")),
    ProblemType("not_authenticated", 401, _("Not signed in"), _("Sign in to do this.")),
    ProblemType("forbidden", 403, _("Not allowed"), _("You may not do this.")),
    ProblemType("csrf_failed", 403, _("Cross-site request refused"), _("The CSRF token is missing or wrong.")),
    ProblemType("not_found", 404, _("Not found"), _("There is nothing here.")),
    ProblemType(
        "method_not_allowed",
        405,
        _("Method not allowed"),
        _("This resource does not answer this method; see the Allow header."),
    ),
    ProblemType(
        "not_acceptable",
        406,
        _("Not acceptable"),
        _("This resource has no representation, or no version, that the Accept header asks for."),
    ),
    ProblemType("conflict", 409, _("Conflict"), _("This conflicts with the present state.")),
    ProblemType("gone", 410, _("Gone"), _("This is no longer there.")),
    ProblemType("length_required", 411, _("Length required"), _("Send the body with a Content-Length, not in chunks.")),
    ProblemType("precondition_failed", 412, _("Precondition failed"), _("The resource has changed since you read it.")),
    ProblemType("body_too_large", 413, _("Body too large"), _("The body of the request is larger than allowed.")),
    ProblemType("uri_too_long", 414, _("Address too long"), _("The address of the request is longer than allowed.")),
    ProblemType(
        "unsupported_media_type",
        415,
        _("Unsupported media type"),
        _("This resource does not read bodies of this Content-Type."),
    ),
    ProblemType("unprocessable", 422, _("Cannot be processed"), _("This cannot be processed.")),
    ProblemType("too_many_requests", 429, _("Too many requests"), _("Too many requests. Try again later.")),
    ProblemType(
        "headers_too_large", 431, _("Headers too large"), _("The headers of the request are larger than allowed.")
    ),
    ProblemType(
        "internal_error",
        500,
        _("Internal error"),
        _("Something went wrong on our side. The request id finds it in our logs."),
    ),
    ProblemType(
        "unavailable",
        503,
        _("Temporarily unavailable"),
        _("The service is not available at the moment. Try again shortly."),
    ),
)
BASE = {problem.code: problem for problem in _BASE}
FOR_STATUS = {problem.status: problem for problem in reversed(_BASE)}
_KIND_TITLE = {kind: FOR_STATUS[status].title for kind, status in STATUS.items()}


def of_error(error: type[TenonError]) -> ProblemType:
    """The problem type that a failure of this class is answered with."""
    return ProblemType(error.code, STATUS[error.kind], _KIND_TITLE[error.kind], error.message)


def catalog() -> dict[str, ProblemType]:
    """Every problem type by code: the general ones, and one for each error that an installed app declares."""
    known = dict(BASE)
    for error in _descendants(TenonError):
        known.setdefault(error.code, of_error(error))
    return dict(sorted(known.items()))


def _descendants(error: type[TenonError]) -> Iterator[type[TenonError]]:
    for child in error.__subclasses__():
        yield child
        yield from _descendants(child)
