"""Positions: given out under a lock of the person's mailbox, so that they come to light in their order."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import F

from tenon.kernel.first_rows import insert_missing
from tenon.platform.notifications.models import Mailbox


def next_positions(user_ids: Collection[UUID]) -> dict[UUID, int]:
    """The next position of each of these people, taken for the caller's transaction, in the order of the ids."""
    positions = _locked(user_ids)
    if missing := sorted(set(user_ids) - set(positions)):
        # Whoever else makes one at the same moment is waited for, and then both take turns on that row.
        insert_missing([Mailbox(user_id=user_id) for user_id in missing])
        positions = _locked(user_ids)
    Mailbox.objects.filter(pk__in=positions).update(last_position=F("last_position") + 1)
    return {user_id: position + 1 for user_id, position in positions.items()}


def _locked(user_ids: Collection[UUID]) -> dict[UUID, int]:
    # In the order of the key, so that two of these at once wait for each other instead of deadlocking.
    rows = Mailbox.objects.select_for_update().filter(pk__in=user_ids).order_by("pk")
    return dict(rows.values_list("pk", "last_position"))
