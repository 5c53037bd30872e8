"""Claiming rows by lease, and settling them. No transaction stays open between the two.

A claim is a random token on the row with an end. Only its holder may settle the row; once it has ended, another relay
may claim the row anew, and whatever the slow holder then says about it is not heard.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Min

from tenon.kernel.outbox.models import Entry, EntryQuerySet


def claim(*, now: datetime, limit: int, token: UUID, lease: timedelta) -> list[Entry]:
    """Up to `limit` due rows, the longest due first. Rows that another relay is just claiming are passed over.

    Of an aggregate only the first pending row is due, whether somebody holds it or not.
    """
    heads = Entry.objects.filter(queue__isnull=False).values("queue").annotate(head=Min("sequence")).values("head")
    with transaction.atomic():
        free = Entry.objects.unclaimed(now).order_by("available_at", "sequence").select_for_update(skip_locked=True)
        due = [
            *free.filter(aggregate="").values_list("available_at", "sequence")[:limit],
            *free.filter(sequence__in=heads).values_list("available_at", "sequence")[:limit],
        ]
        taken = [sequence for _, sequence in sorted(due)[:limit]]
        Entry.objects.filter(sequence__in=taken).update(claim=token, claimed_until=now + lease)
    return list(Entry.objects.filter(sequence__in=taken, claim=token).order_by("available_at", "sequence"))


def follow(settled: Entry, *, now: datetime, token: UUID, lease: timedelta) -> Entry | None:
    """The row that comes after a settled one in its aggregate, if it is due and nobody else was faster.

    Rows before it are not looked for: only a dead one that was made due again can be there, and has lost its place.
    """
    following = (
        Entry.objects.filter(queue=settled.aggregate, sequence__gt=settled.sequence).order_by("sequence").first()
    )
    if following is None:
        return None
    free = Entry.objects.unclaimed(now).filter(sequence=following.sequence)
    if not free.update(claim=token, claimed_until=now + lease):
        return None
    following.claim = token
    return following


def begin(entry: Entry, *, now: datetime, lease: timedelta) -> bool:
    """Count an attempt and renew the lease for it, before it is made: a row that kills its process is counted too.

    False when the claim was lost meanwhile.
    """
    if not _held(entry).update(attempts=F("attempts") + 1, claimed_until=now + lease):
        return False
    entry.attempts += 1
    return True


def deliver(entry: Entry, *, now: datetime) -> bool:
    """Settle a row as delivered; a secret payload is wiped."""
    wiped = {"payload": None} if entry.secret else {}
    return bool(_held(entry).update(delivered_at=now, last_error="", **_SETTLED, **wiped))


def postpone(entry: Entry, *, until: datetime, error: str) -> bool:
    """Give a row back, to be tried again."""
    return bool(_held(entry).update(available_at=until, last_error=error, **_UNCLAIMED))


def bury(entry: Entry, *, now: datetime, error: str) -> bool:
    """Settle a row as dead. It no longer holds up its aggregate, and keeps its payload so that it can be retried."""
    return bool(_held(entry).update(dead_at=now, last_error=error, **_SETTLED))


def release(entries: Iterable[Entry], *, token: UUID) -> None:
    """Give rows back untried, for any relay to take at once."""
    left = [entry.sequence for entry in entries]
    if left:
        Entry.objects.filter(sequence__in=left, claim=token).update(**_UNCLAIMED)


def recover(*, token: UUID) -> int:
    """Give back whatever is still claimed by `token`, after a round that was broken off. Returns how many rows."""
    return Entry.objects.pending().filter(claim=token).update(**_UNCLAIMED)


_UNCLAIMED = {"claim": None, "claimed_until": None}
_SETTLED = {"available_at": None, "queue": None, **_UNCLAIMED}


def _held(entry: Entry) -> EntryQuerySet:
    return Entry.objects.pending().filter(sequence=entry.sequence, claim=entry.claim)
