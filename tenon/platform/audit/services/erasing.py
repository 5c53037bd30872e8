"""Erasing what the audit log has of a person beside their id: network addresses and parameters."""

from datetime import datetime
from uuid import UUID

from tenon.platform.audit.models import Detail, Entry
from tenon.platform.audit.selectors.contents import ERASED, about
from tenon.platform.audit.services.recording import record

_BATCH = 1000


def forget(*, user_id: UUID, now: datetime) -> None:
    """Erase the personal part of every entry of what the person did or what was done to them, in the open system scope.

    The entries stay, under the id of nobody any more, and so does the chain. That the person was erased is an entry
    itself, by which verification knows which details may be missing.
    """
    if not Entry.objects.filter(action=ERASED, target_id=str(user_id)).exists():
        record(action=ERASED, target_type="person", target_id=user_id, now=now)
    after = UUID(int=0)
    while True:
        mine = about(user_id).filter(pk__gt=after).order_by("pk")
        ids = list(mine.values_list("pk", flat=True)[:_BATCH])
        if not ids:
            return
        left = Detail.objects.filter(pk__in=ids, erased_at=None)
        left.update(salt="", ip="", parameters="", erased_at=now)
        after = ids[-1]
