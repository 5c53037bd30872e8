"""What the API says when it does not do what it was asked: docs.stripe.com/api/errors."""

from typing import Any


class Fault(Exception):
    """An answer that is an error, with its status."""

    def __init__(self, status: int, type_: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": type_, "message": message, **more}}


def invalid(message: str, *, param: str = "", code: str = "", status: int = 400) -> Fault:
    """A request that cannot be carried out as it is."""
    more = {name: value for name, value in (("param", param), ("code", code)) if value}
    return Fault(status, "invalid_request_error", message, **more)


def missing(kind: str, identity: str) -> Fault:
    """There is no object of that id."""
    return invalid(f"No such {kind}: '{identity}'", param="id", code="resource_missing", status=404)
