"""Deleting many rows without holding a lock for long."""

from typing import Any

from django.db.models import QuerySet

BATCH = 1000


def delete_in_batches(rows: QuerySet[Any]) -> int:
    """Delete `rows` a thousand at a time, each of which commits. Returns how many, those that went with them included.

    Outside of a transaction: within one, nothing commits before its end.
    """
    deleted = 0
    while batch := list(rows.values_list("pk", flat=True)[:BATCH]):
        deleted += rows.model._default_manager.filter(pk__in=batch).delete()[0]
    return deleted
