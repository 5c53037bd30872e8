"""Dead letters of somebody who is erased: what they hold is sealed, and lies there until it is purged."""

from collections.abc import Collection
from typing import Any

from tenon.kernel.crypto import Unsealable
from tenon.kernel.outbox import sealing
from tenon.kernel.outbox.models import Entry, Receipt

_BATCH = 500


def forget(words: Collection[str]) -> int:
    """Delete the dead rows with a secret payload in which one of `words` stands, such as an address or an id.

    In the caller's transaction; how many rows these were. Each is unsealed for it: there are few, and an index of
    whom they are for would outlive the seal.
    """
    wanted = {word.casefold() for word in words if word}
    deleted, last = 0, 0
    while rows := list(Entry.objects.dead().filter(secret=True, sequence__gt=last).order_by("sequence")[:_BATCH]):
        last = rows[-1].sequence
        named = [row for row in rows if _names(row, wanted)]
        Receipt.objects.filter(entry_id__in=[row.id for row in named]).delete()
        deleted += Entry.objects.dead().filter(sequence__in=[row.sequence for row in named]).delete()[0]
    return deleted


def _names(row: Entry, wanted: set[str]) -> bool:
    try:
        return _holds(sealing.unseal(row.payload, entry_id=row.id), wanted)  # type: ignore[arg-type]
    except Unsealable:  # nobody can read it any more
        return False


def _holds(payload: Any, wanted: set[str]) -> bool:
    if isinstance(payload, str):
        return payload.casefold() in wanted
    inner = payload.values() if isinstance(payload, dict) else payload if isinstance(payload, list) else ()
    return any(_holds(value, wanted) for value in inner)
