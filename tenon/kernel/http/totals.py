"""How many rows a list has: counted up to a bound, estimated beyond it, and honest about which."""

import json
from collections.abc import Callable
from typing import Any

from django.db import connections
from django.db.models import QuerySet

EXACT_UP_TO = 1000


def total_of(queryset: QuerySet[Any, Any]) -> dict[str, Any]:
    """`{"total": n}`, or `{"total": n, "total_is_estimate": True}` with n > EXACT_UP_TO when there are more than that.

    The estimate is PostgreSQL's planner's. The other databases have none for a filtered query: there n is
    EXACT_UP_TO + 1, a lower bound.
    """
    counted = up_to_bound(queryset).count()
    return total(counted, lambda: _planned(plain(queryset)))


def total(counted: int, planned: Callable[[], int]) -> dict[str, Any]:
    """The same for `counted` of `up_to_bound`, and what the planner expects, which is asked for where it is needed."""
    if counted <= EXACT_UP_TO:
        return {"total": counted}
    return {"total": max(counted, planned()), "total_is_estimate": True}


def up_to_bound(queryset: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """The rows to count: one more than EXACT_UP_TO at most."""
    return plain(queryset)[: EXACT_UP_TO + 1]


def plain(queryset: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """The same rows, without their order and without the tables that only the columns shown are joined for."""
    found = queryset.order_by()
    if found.query.group_by is None and not found.query.distinct and not found.query.combinator:
        found = found.values("pk")
    return found


def _planned(queryset: QuerySet[Any, Any]) -> int:
    if connections[queryset.db].vendor != "postgresql":
        return 0
    plan = json.loads(queryset.explain(format="json"))
    return int(plan[0]["Plan"]["Plan Rows"])
