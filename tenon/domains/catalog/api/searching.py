"""What a search request asks, read from its query string."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from tenon.domains.catalog import selectors
from tenon.domains.catalog.api import narrowing
from tenon.domains.catalog.engines import words
from tenon.domains.catalog.engines.words import Question
from tenon.domains.catalog.selectors.found import ORDER
from tenon.kernel.errors import FieldError, Invalid
from tenon.kernel.http import cursors, filters
from tenon.kernel.http.filters import Condition, Filter
from tenon.kernel.http.pagination import DEFAULT_LIMIT, MAX_LIMIT, Asked, number_of, query_of

_NAMES = ("q", "limit", "cursor", "facets", "total")
_decimal = filters.decimal("price")
FILTERS = {
    "category": narrowing.CATEGORY_TREE,
    "price": Filter("price", ("gte", "lte"), _decimal.read, _decimal.schema),
    "tag": narrowing.TAG,
    "attribute": narrowing.ATTRIBUTE,
}
_SAID = {
    "category_tree": "The slug of a category; those below it are included.",
    "price": "In whole units of the product's currency.",
    "tag": "One of these tags.",
    "attribute": "`color:red`; with `in` any of several values, such as `color:red,color:blue,size:M`.",
}


@dataclass(frozen=True, slots=True)
class Search:
    """A search. `listing` is how its list is read."""

    question: Question
    narrowing: tuple[Q, ...]
    listing: Asked
    facets: bool


def read(request: Request) -> Search:
    """Raises Invalid, InvalidCursor included. No text of a question is at fault, but one that is empty or too long."""
    query = query_of(request.query_params, _NAMES)
    text = query.get("q", "").strip()
    if not text or len(text) > words.MAX_TEXT:
        detail = _("Say what to search for, in up to %(most)d characters.") % {"most": words.MAX_TEXT}
        raise Invalid(errors=[FieldError("", "invalid_value", detail, parameter="q")])
    question = words.question(query["q"])
    conditions = filters.conditions(query, FILTERS)
    bound_to = "|".join([request.path, *question.words, str(question.prefix), *map(str, conditions)])
    cursor = cursors.decode(query["cursor"], bound_to=bound_to) if "cursor" in query else None
    limit = number_of(query, "limit", DEFAULT_LIMIT, MAX_LIMIT)
    total = _flag(query, "total", default=True)
    listing = Asked(ORDER, conditions, cursor, limit, 0, bound_to, wants_total=total)
    return Search(question, tuple(map(_clause, conditions)), listing, _flag(query, "facets", default=False))


def parameters() -> list[OpenApiParameter]:
    """Those parameters, for the description."""
    flag = {"type": "boolean"}
    return [
        OpenApiParameter(
            "q",
            {"type": "string", "minLength": 1, "maxLength": words.MAX_TEXT},
            required=True,
            description="What to search for: words, in any order, without operators.",
        ),
        OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}),
        OpenApiParameter("cursor", {"type": "string"}, description="`meta.next` or `meta.prev` of an answer."),
        OpenApiParameter("facets", flag, description="Whether to count what the products could be narrowed by."),
        OpenApiParameter("total", flag, description="`false` leaves out `meta.total`."),
        *(
            OpenApiParameter(name, dict(filter_.schema), description=_SAID[filter_.column])
            for name, _operator, filter_ in filters.parameters(FILTERS)
        ),
    ]


def _clause(condition: Condition) -> Q:
    found = narrowing.clause(condition)
    return selectors.priced(condition.lookup.removeprefix("price__"), condition.value) if found is None else found


def _flag(query: dict[str, str], name: str, *, default: bool) -> bool:
    text = query.get(name)
    if text is None:
        return default
    if text in {"true", "false"}:
        return text == "true"
    raise Invalid(errors=[FieldError("", "invalid_value", _("This is true or false."), parameter=name)])
