"""Lists with keyset cursors: page 50 000 costs what page 1 costs, and rows that come or go shift nothing.

A view declares its list once; the OpenAPI description shows what is declared:

    class Sessions(Endpoint):
        audience = Audience.SELF
        page = KeysetPage(
            sort_fields={"created_at": "created_at", "last_used": "rotated_at"},   # public name -> column, NOT NULL
            default_sort="-created_at",
            filters={"created_at": filters.timestamp("created_at")},
        )

        def get(self, request):
            '''The caller's sessions.'''
            return Response(self.page.paginate(request, selectors.sessions_of(...), represent=session_body))

`paginate` answers `{"data": [represent(row), …], "meta": {"next", "prev", "total"[, "total_is_estimate"]}}`. `next`
and `prev` are cursors for `?cursor=`, or null. Rows are model instances, or mappings from `.values()` that hold the
sort columns and the key; the queryset's own order is replaced. Query parameters: `limit` (1 to 100, 20 unless given),
`cursor`, `sort`, `filter[…]`, `total=false`. Any other is refused with 400: a misspelt filter must not widen a list.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.request import Request

from tenon.kernel.errors import FieldError, Invalid
from tenon.kernel.http import cursors, filters, keyset
from tenon.kernel.http.cursors import Cursor
from tenon.kernel.http.filters import Condition, Filter
from tenon.kernel.http.keyset import Order
from tenon.kernel.http.totals import total_of

DEFAULT_LIMIT = 20
MAX_LIMIT = 100
MAX_OFFSET = 10_000  # rows that numbered pages may skip; beyond, cursors are the way

Row = Any
Represent = Callable[[Row], Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks of a list."""

    order: tuple[Order, ...]
    conditions: Sequence[Condition]
    cursor: Cursor | None
    limit: int
    skip: int
    bound_to: str
    wants_total: bool

    def answer(self, page: keyset.Page, *, represent: Represent, total: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """`page` in the form of every list; `total` is called where it is wanted."""
        meta: dict[str, Any] = {
            "next": page.next and cursors.encode(page.next, bound_to=self.bound_to),
            "prev": page.prev and cursors.encode(page.prev, bound_to=self.bound_to),
        }
        if self.wants_total:
            whole = page.next is None and page.prev is None and self.cursor is None
            meta.update({"total": len(page.rows)} if whole else total())
        return {"data": [represent(row) for row in page.rows], "meta": meta}


@dataclass(frozen=True)
class KeysetPage:
    """What a list may be sorted and filtered by. `key` is a unique column that decides between equal rows."""

    sort_fields: Mapping[str, str]
    default_sort: str
    filters: Mapping[str, Filter] = field(default_factory=dict)
    key: str = "id"
    numbered: bool = False
    """`page` and `page_size` work too, where an older contract has them."""

    def paginate(
        self, request: Request, queryset: QuerySet[Any, Any], *, represent: Represent = lambda row: row
    ) -> dict[str, Any]:
        """One page of `queryset` as `request` asks for it. Raises Invalid, InvalidCursor included."""
        asked = self.read(request)
        matching = queryset.filter(*map(self.clause, asked.conditions))
        found = keyset.fetch(matching, asked.order, asked.cursor, limit=asked.limit, skip=asked.skip)
        return asked.answer(found, represent=represent, total=lambda: total_of(matching))

    def given(self, request: Request) -> QueryDict:
        """The query parameters; a list that older names ask things of puts them into ours here."""
        return request.query_params

    def clause(self, condition: Condition) -> Q:
        """What a filter of a request asks of the rows; other than of a column, where a list has such filters."""
        return Q((condition.lookup, condition.value))

    def read(self, request: Request) -> "Asked":
        """What `request` asks for, for a view that fetches its rows in a way of its own.

        Raises Invalid, InvalidCursor included.
        """
        query = query_of(self.given(request), self.parameter_names())
        conditions = filters.conditions(query, self.filters)
        order = self._order(query.get("sort", self.default_sort))
        bound_to = "|".join([request.path, str(order), *(f"{c.parameter}={c.value}" for c in conditions)])
        limit = number_of(query, "page_size" if "page_size" in query else "limit", DEFAULT_LIMIT, MAX_LIMIT)
        cursor = cursors.decode(query["cursor"], bound_to=bound_to) if "cursor" in query else None
        skip = 0
        if self.numbered and cursor is None and "page" in query:
            skip = (number_of(query, "page", 1, MAX_OFFSET // limit + 1) - 1) * limit
        wants_total = _flag(query, "total", default=True)
        return Asked(order, conditions, cursor, limit, skip, bound_to, wants_total=wants_total)

    def parameter_names(self) -> list[str]:
        """Every query parameter that this list reads."""
        return self._parameters

    @cached_property
    def _parameters(self) -> list[str]:
        numbered = ["page", "page_size"] if self.numbered else []
        offered = [parameter for parameter, _operator, _filter in filters.parameters(self.filters)]
        return ["cursor", "limit", *numbered, "sort", *offered, "total"]

    def _order(self, text: str) -> tuple[Order, ...]:
        """`-created_at,name` as columns, the key last. A field given twice counts once."""
        chosen: dict[str, Order] = {}
        for word in text.split(","):
            name = word.removeprefix("-")
            column = self.sort_fields.get(name)
            if column is None:
                names = ", ".join(self.sort_fields)
                detail = _("This list cannot be sorted so. Fields: %(names)s.") % {"names": names}
                raise Invalid(errors=[FieldError("", "unknown_sort_field", detail, parameter="sort")])
            chosen.setdefault(column, Order(column, descending=word.startswith("-")))
        last = list(chosen.values())[-1]
        chosen.setdefault(self.key, Order(self.key, descending=last.descending))
        return tuple(chosen.values())


def query_of(params: QueryDict, known: Iterable[str]) -> dict[str, str]:
    """The parameters, each given once and each known; filters are looked at more closely later. Raises Invalid."""
    names = sorted(known)
    faults = []
    for name, values in params.lists():
        if len(values) > 1:
            faults.append(FieldError("", "repeated_parameter", _("Give this parameter once."), parameter=name))
        elif name not in names and not name.startswith("filter"):
            detail = _("There is no such parameter. Parameters: %(names)s.") % {"names": ", ".join(names)}
            faults.append(FieldError("", "unknown_parameter", detail, parameter=name))
    if faults:
        raise Invalid(errors=faults)
    return {name: values[0] for name, values in params.lists()}


def number_of(query: Mapping[str, str], name: str, default: int, maximum: int) -> int:
    """A parameter that is a whole number from 1 to `maximum`. Raises Invalid."""
    text = query.get(name)
    if text is None:
        return default
    if text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= maximum:
        return int(text)
    detail = _("This is a whole number from 1 to %(maximum)d.") % {"maximum": maximum}
    raise Invalid(errors=[FieldError("", "invalid_value", detail, parameter=name)])


def _flag(query: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = query.get(name)
    if text is None:
        return default
    if text in {"true", "false"}:
        return text == "true"
    raise Invalid(errors=[FieldError("", "invalid_value", _("This is true or false."), parameter=name)])
