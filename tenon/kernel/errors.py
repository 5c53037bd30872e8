"""What can go wrong, by kind. An error has a kind and a stable code, never an HTTP status: `kernel/http` maps them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise  # a message, translated when it is rendered


class Kind(StrEnum):
    """The kinds of failure a caller can act upon."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    GONE = "gone"
    CONFLICT = "conflict"
    PRECONDITION_FAILED = "precondition_failed"
    UNPROCESSABLE = "unprocessable"
    TOO_MANY_REQUESTS = "too_many_requests"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault in the input. `pointer` is an RFC 6901 JSON pointer into the request body (`/items/0/sku`).

    A fault of the query string names its `parameter` instead, and its pointer is "".
    """

    pointer: str
    code: str
    detail: Text
    parameter: str = ""


@dataclass(eq=False)
class TenonError(Exception):
    """Base of every expected failure. Subclasses fix `kind`, `code` and a translatable `message`."""

    kind: ClassVar[Kind] = Kind.INVALID
    code: ClassVar[str] = "invalid"
    message: ClassVar[Text] = _("The request could not be carried out.")

    detail: Text | None = None
    errors: Sequence[FieldError] = ()
    retry_after: int | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return str(self.detail or self.message)


class Invalid(TenonError):
    """The input is wrong; `errors` says where."""

    kind, code = Kind.INVALID, "invalid"
    message = _("The request is not valid.")


class Unauthenticated(TenonError):
    """Nobody is signed in, or the credential is not good (any more)."""

    kind, code = Kind.UNAUTHENTICATED, "not_authenticated"
    message = _("Sign in to do this.")


class Forbidden(TenonError):
    """The caller is known and may not."""

    kind, code = Kind.FORBIDDEN, "forbidden"
    message = _("You may not do this.")


class NotFound(TenonError):
    """There is no such thing, or the caller may not know that there is."""

    kind, code = Kind.NOT_FOUND, "not_found"
    message = _("There is nothing here.")


class Gone(TenonError):
    """It was there once, and is not coming back."""

    kind, code = Kind.GONE, "gone"
    message = _("This is no longer there.")


class Conflict(TenonError):
    """The state of the resource does not allow it."""

    kind, code = Kind.CONFLICT, "conflict"
    message = _("This conflicts with the present state.")


class PreconditionFailed(TenonError):
    """The caller's If-Match names a version that is not the current one."""

    kind, code = Kind.PRECONDITION_FAILED, "precondition_failed"
    message = _("The resource has changed since you read it.")


class Unprocessable(TenonError):
    """Well-formed, understood, and refused by a rule."""

    kind, code = Kind.UNPROCESSABLE, "unprocessable"
    message = _("This cannot be processed.")


class TooManyRequests(TenonError):
    """A limit is used up; `retry_after` says in seconds when it opens again."""

    kind, code = Kind.TOO_MANY_REQUESTS, "too_many_requests"
    message = _("Too many requests. Try again later.")


class Unavailable(TenonError):
    """Something we depend on is not there; the caller may try again."""

    kind, code = Kind.UNAVAILABLE, "unavailable"
    message = _("The service is not available at the moment. Try again shortly.")
