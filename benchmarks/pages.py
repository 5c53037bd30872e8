"""What the statement of a shop's last page takes, by cursor and by offset. Called in the project's shell."""

import json
import time
from statistics import median
from typing import Any
from uuid import UUID

from django.db import connection
from django.test import RequestFactory

from benchmarks.replays import recorded
from benchmarks.shop_calls import Known, List
from benchmarks.shop_requests import LIST
from tenon.kernel.ids import new_id
from tenon.kernel.principal import Principal, PrincipalKind
from tenon.kernel.tenancy.scopes import organization_scope

TIMES = 15


def main(shop: dict[str, Any]) -> None:
    """Prints the medians in ms: of the first page, of the last one by a cursor, and of the last one by an offset."""
    organization_id, made = UUID(shop["organization"]), RequestFactory(SERVER_NAME="127.0.0.1")
    Known.principal = Principal(PrincipalKind.USER, new_id(), organization_id)
    page = f"{LIST}?limit=20&total=false"

    def statement(path: str) -> tuple[str, Any]:
        return recorded(lambda: List.as_view()(made.get(path)).render())[0]

    first, last = statement(page), statement(f"{page}&cursor={shop['cursor']}")
    offset = (f"{first[0]} OFFSET {shop['products'] - 20:d}", first[1])
    ways = {"first page": first, "last page, cursor": last, "last page, offset": offset}
    print(json.dumps({name: _milliseconds(organization_id, *each) for name, each in ways.items()}))


def _milliseconds(organization_id: UUID, sql: str, params: Any) -> float:
    taken = []
    with organization_scope(organization_id, read_only=True), connection.cursor() as cursor:
        for _ in range(TIMES):
            began = time.perf_counter()
            cursor.execute(sql, params)
            cursor.fetchall()
            taken.append((time.perf_counter() - began) * 1000)
    return median(taken)
