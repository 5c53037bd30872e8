"""Claiming rows by lease, and settling them. No transaction stays open between the two.

A claim is a random token on the row with an end. Only its holder may settle the row; once it has ended, another relay
may claim the row anew, and whatever the slow holder then says about it is not heard.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Min

from tenon.kernel.outbox.models import Entry, EntryQuerySet, Kind


def claim(*, now: datetime, limit: int, token: UUID, lease: timedelta, kind: Kind | None = None) -> list[Entry]:
    """Up to `limit` due rows, the longest due first. Rows that another relay is just claiming are passed over.

    Of an aggregate only the first pending row is due, whether somebody holds it or not. Of `kind` alone, where given.
    Events that no process has been lost with are begun here, all at once: a second delivery does them no harm.
    """
    heads = Entry.objects.filter(queue__isnull=False).values("queue").annotate(head=Min("sequence")).values("head")
    with transaction.atomic():
        free = Entry.objects.unclaimed(now).order_by("available_at", "sequence").select_for_update(skip_locked=True)
        if kind is not None:
            free = free.filter(kind=kind)
        due = [*free.filter(aggregate="")[:limit], *free.filter(sequence__in=heads)[:limit]]
        taken = sorted(due, key=lambda entry: (entry.available_at, entry.sequence))[:limit]
        for entry in taken:
            entry.claim, entry.begun = token, _can_begin(entry)
        for begun, noted in ((False, {}), (True, {"unsettled": 1, "started_at": now})):
            if sequences := [entry.sequence for entry in taken if entry.begun is begun]:
                Entry.objects.filter(sequence__in=sequences).update(
                    claim=token, claimed_until=now + lease, handed_over_at=None, **noted
                )
    return taken


def follow(settled: Entry, *, now: datetime, token: UUID, lease: timedelta, kind: Kind | None = None) -> Entry | None:
    """The row that comes after a settled one in its aggregate, if it is due, of `kind`, and nobody else was faster.

    Rows before it are not looked for: only a dead one that was made due again can be there, and has lost its place.
    """
    following = (
        Entry.objects.filter(queue=settled.aggregate, sequence__gt=settled.sequence).order_by("sequence").first()
    )
    if following is None or kind not in (None, following.kind):
        return None
    free = Entry.objects.unclaimed(now).filter(sequence=following.sequence)
    noted = {"unsettled": 1, "started_at": now} if _can_begin(following) else {}
    if not free.update(claim=token, claimed_until=now + lease, **noted):
        return None
    following.claim, following.begun = token, bool(noted)
    return following


def _can_begin(entry: Entry) -> bool:
    return entry.kind == Kind.EVENT and entry.unsettled == 0


def begin(entry: Entry, *, now: datetime, lease: timedelta) -> bool:
    """Count an attempt and renew the lease for it, before it is made: a row that kills its process is counted too.

    False when the claim was lost meanwhile. What was begun with its claim costs nothing here; its lease is shared with
    the batch, and its attempt is counted when it is settled.
    """
    counted = {"attempts": F("attempts") + 1, "unsettled": F("unsettled") + 1}
    if not entry.begun and not _held(entry).update(**counted, started_at=now, claimed_until=now + lease):
        return False
    entry.attempts += 1
    return True


def deliver(entry: Entry, *, now: datetime) -> bool:
    """Settle a row as delivered; a secret payload is wiped."""
    wiped = {"payload": None} if entry.secret else {}
    return bool(_held(entry).update(delivered_at=now, attempts=entry.attempts, last_error="", **_SETTLED, **wiped))


def deliver_begun(entries: Sequence[Entry], *, now: datetime) -> set[int]:
    """Settle rows of one claim as delivered that were begun with it. Returns the sequences of those still held."""
    sequences = {entry.sequence for entry in entries}
    rows = Entry.objects.filter(sequence__in=sequences)
    held = rows.pending().filter(claim=entries[0].claim)
    if held.update(delivered_at=now, attempts=F("attempts") + 1, last_error="", **_SETTLED) == len(sequences):
        return sequences
    return set(rows.filter(delivered_at=now).values_list("sequence", flat=True))


def postpone(entry: Entry, *, until: datetime, error: str) -> bool:
    """Give a row back, to be tried again."""
    return bool(
        _held(entry).update(available_at=until, attempts=entry.attempts, last_error=error, unsettled=0, **_UNCLAIMED)
    )


def bury(entry: Entry, *, now: datetime, error: str) -> bool:
    """Settle a row as dead. It no longer holds up its aggregate, and keeps its payload so that it can be retried."""
    return bool(_held(entry).update(dead_at=now, attempts=entry.attempts, last_error=error, **_SETTLED))


def release(entries: Iterable[Entry], *, token: UUID) -> None:
    """Give rows back untried, for any relay to take at once."""
    left = list(entries)
    for begun, noted in ((False, {}), (True, {"unsettled": 0})):
        if sequences := [entry.sequence for entry in left if entry.begun is begun]:
            Entry.objects.filter(sequence__in=sequences, claim=token).update(**_UNCLAIMED, **noted)


def recover(*, token: UUID) -> int:
    """Give back whatever is still claimed by `token`, after a round that was broken off. Returns how many rows."""
    return Entry.objects.pending().filter(claim=token).update(unsettled=0, **_UNCLAIMED)


def hand_over(entries: Iterable[Entry], *, held_by: UUID, now: datetime, token: UUID, lease: timedelta) -> None:
    """Leave rows that `held_by` has claimed to whichever worker the broker gives them to, for `lease`, as `token`.

    Then they come due again. Said before the broker is told, so that no worker is faster.
    """
    held = Entry.objects.pending().filter(sequence__in=[entry.sequence for entry in entries], claim=held_by)
    held.update(handed_over_at=now, claimed_until=now + lease, claim=token)


def take_over(entry_id: UUID, *, now: datetime, token: UUID, lease: timedelta) -> Entry | None:
    """The row that the broker gave to a worker; None where it is settled, or another worker was faster.

    What is not handed over is not taken: a message that comes twice, or too late, runs nothing.
    """
    handed = Entry.objects.pending().filter(id=entry_id, handed_over_at__isnull=False)
    if not handed.update(claim=token, claimed_until=now + lease, handed_over_at=None):
        return None
    return Entry.objects.filter(id=entry_id, claim=token).first()


_UNCLAIMED = {"claim": None, "claimed_until": None, "handed_over_at": None}
_SETTLED = {"available_at": None, "queue": None, "unsettled": 0, **_UNCLAIMED}


def _held(entry: Entry) -> EntryQuerySet:
    return Entry.objects.pending().filter(sequence=entry.sequence, claim=entry.claim)
