"""How many rows a list has: counted up to a bound, estimated beyond it, and honest about which."""

import json
from typing import Any

from django.db import connections
from django.db.models import QuerySet

EXACT_UP_TO = 1000


def total_of(queryset: QuerySet[Any, Any]) -> dict[str, Any]:
    """`{"total": n}`, or `{"total": n, "total_is_estimate": True}` with n > EXACT_UP_TO when there are more than that.

    The estimate is PostgreSQL's planner's. The other databases have none for a filtered query: there n is
    EXACT_UP_TO + 1, a lower bound.
    """
    plain = queryset.order_by()
    counted = plain[: EXACT_UP_TO + 1].count()
    if counted <= EXACT_UP_TO:
        return {"total": counted}
    return {"total": max(counted, _planned(plain)), "total_is_estimate": True}


def _planned(queryset: QuerySet[Any, Any]) -> int:
    if connections[queryset.db].vendor != "postgresql":
        return 0
    plan = json.loads(queryset.explain(format="json"))
    return int(plan[0]["Plan"]["Plan Rows"])
