"""Lists of entries, with what was not erased of their personal part."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from tenon.platform.audit.models import Entry

_COLUMNS = (
    "id",
    "created_at",
    "actor_kind",
    "actor_id",
    "action",
    "target_type",
    "target_id",
    "organization_id",
    "outcome",
    "request_id",
    "detail__ip",
    "detail__parameters",
    "detail__erased_at",
)


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """One entry. `parameters` and `ip` are empty where they were erased, which `erased` says."""

    id: UUID
    created_at: datetime
    actor_kind: str
    actor_id: UUID | None
    action: str
    target_type: str
    target_id: str
    organization_id: UUID | None
    outcome: str
    request_id: str
    ip: str
    parameters: dict[str, Any]
    erased: bool


def entries(*, organization_id: UUID) -> QuerySet[Entry, Any]:
    """The entries of an organization, as values, for its scope: `entry_facts` reads one."""
    rows: QuerySet[Entry, Any] = Entry.objects.filter(organization_id=organization_id).values(*_COLUMNS)
    return rows


def entries_of() -> QuerySet[Entry, Any]:
    """The entries of all organizations and of none, as values, for a system scope."""
    rows: QuerySet[Entry, Any] = Entry.objects.values(*_COLUMNS)
    return rows


def entry_facts(row: Mapping[str, Any]) -> EntryFacts:
    """One row of `entries`."""
    known = {name: row[name] for name in _COLUMNS if "__" not in name}
    text = row["detail__parameters"]
    return EntryFacts(
        **known,
        ip=row["detail__ip"] or "",
        parameters=json.loads(text) if text else {},
        erased=row["detail__erased_at"] is not None,
    )


def pages(
    rows: QuerySet[Entry, Any], *, scope: Callable[[], AbstractContextManager[None]], size: int = 1000
) -> Iterator[list[EntryFacts]]:
    """All of `rows`, the oldest first, a page at a time, each read in a `scope` of its own.

    No consumer is inside of such a scope. Entries that are added meanwhile are at the end, or, where they were long in
    committing, left out.
    """
    last: EntryFacts | None = None
    while page := _page(rows, last, scope=scope, size=size):
        last = page[-1]
        yield page


def _page(
    rows: QuerySet[Entry, Any], last: EntryFacts | None, *, scope: Callable[[], AbstractContextManager[None]], size: int
) -> list[EntryFacts]:
    if last is not None:
        same = Q(created_at=last.created_at, id__lte=last.id)
        rows = rows.filter(Q(created_at__gte=last.created_at) & ~same)
    with scope():
        return [entry_facts(row) for row in rows.order_by("created_at", "id")[:size]]
