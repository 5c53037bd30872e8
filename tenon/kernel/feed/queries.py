"""What a reader of the feed asks for, out of the query string."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter

from tenon.kernel.errors import FieldError, Invalid
from tenon.kernel.http import cursors, filters
from tenon.kernel.http.cursors import Cursor
from tenon.kernel.http.pagination import DEFAULT_LIMIT, MAX_LIMIT, number_of, query_of
from tenon.kernel.outbox import catalogue

OLDEST, LATEST = "oldest", "latest"
_WAYS = ("cursor", "after", "start")
_TYPE = ("filter[type]", "filter[type][in]")


@dataclass(frozen=True, slots=True)
class FeedQuery:
    """`position` or `after` (an event's id) to read on from; with neither, `latest` says from which end."""

    limit: int
    types: Collection[str]
    position: int | None = None
    after: UUID | None = None
    latest: bool = False


def parse(params: QueryDict, *, organization_id: UUID) -> FeedQuery:
    """Raises Invalid that names each parameter at fault, InvalidCursor included."""
    query = query_of(params, [*_WAYS, "limit", *_TYPE])
    if len(given := [name for name in _WAYS if name in query]) > 1:
        raise _fault(given[1], "excluded_parameter", _("Give only one of cursor, after and start."))
    allowed = {"type": filters.choice("type", *catalogue.names())}
    limit = number_of(query, "limit", DEFAULT_LIMIT, MAX_LIMIT)
    chosen = [_values(condition.value) for condition in filters.conditions(query, allowed)]
    types = set.intersection(*map(set, chosen)) if chosen else set()
    if chosen and not types:
        raise _fault(_TYPE[0], "invalid_value", _("No event is of two types."))
    position, after, latest = None, None, False
    if "cursor" in query:
        [position] = cursors.decode(query["cursor"], bound_to=_bound(organization_id)).values
    if "after" in query:
        after = _read(query, "after", UUID)
    if "start" in query:
        latest = _read(query, "start", (OLDEST, LATEST).index) == 1
    return FeedQuery(limit, types, position, after, latest)


def cursor(position: int, *, organization_id: UUID) -> str:
    """A cursor to come back with. It belongs to the organization, whatever is filtered, and does not age."""
    return cursors.encode(Cursor((position,)), bound_to=_bound(organization_id))


def parameters() -> list[OpenApiParameter]:
    """The query parameters, for the documentation."""
    names = {"type": "string", "enum": catalogue.names()}
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    several = f"Up to {filters.MAX_VALUES} types, separated by commas."
    return [
        OpenApiParameter("cursor", str, description="`meta.next` of the answer before. It does not age."),
        OpenApiParameter("after", UUID, description="The id of the last event that was read, instead of a cursor."),
        OpenApiParameter(
            "start",
            {"type": "string", "enum": [OLDEST, LATEST], "default": OLDEST},
            description="Where to begin without a cursor: with the oldest event that is kept, or with what comes next.",
        ),
        OpenApiParameter("limit", limit, description="Events in an answer."),
        OpenApiParameter(_TYPE[0], names, description="Events of this type only."),
        OpenApiParameter(_TYPE[1], str, description=several),
    ]


def _bound(organization_id: UUID) -> str:
    return f"feed:{organization_id}"


def _values(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _read(query: dict[str, str], name: str, reader: Callable[[str], Any]) -> Any:
    try:
        return reader(query[name])
    except ValueError:
        raise _fault(name, "invalid_value", _("This is not a value of this parameter.")) from None


def _fault(parameter: str, code: str, detail: str) -> Invalid:
    return Invalid(errors=[FieldError("", code, detail, parameter=parameter)])
