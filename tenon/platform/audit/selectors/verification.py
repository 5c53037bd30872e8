"""Verifying a chain: every row is hashed again, and every place looked at."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from tenon.kernel.tenancy.scopes import system_scope
from tenon.platform.audit.engines import chain
from tenon.platform.audit.engines.chain import NO_ORGANIZATION, Content
from tenon.platform.audit.models import Detail, Entry, Head, Seal
from tenon.platform.audit.selectors.contents import COLUMNS, ERASED

BATCH = 2000
_REASON = "the audit log of every organization is verified"
Progress = Callable[[int, int], None]
"""Told how many of how many places were looked at."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that is not as it was written. `seq` is its place in the chain; 0 where it has none."""

    entry_id: UUID | None
    seq: int
    what: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found in one chain. `waiting` rows are not sealed yet, `erased` ones have lost their personal part."""

    chain: UUID
    places: int
    first_seq: int
    last_seq: int
    erased: int
    waiting: int
    fault: Fault | None = None


def chains() -> list[UUID]:
    """Every chain there is, and every organization whose rows are not in one yet."""
    with system_scope(reason=_REASON, read_only=True):
        known = set(Head.objects.values_list("chain", flat=True)) | set(
            Seal.objects.values_list("chain", flat=True).distinct()
        )
        owners = set(Entry.objects.values_list("organization_id", flat=True).distinct())
    return sorted(known | {owner or NO_ORGANIZATION for owner in owners})


def verify(the_chain: UUID, *, progress: Progress = lambda done, of: None) -> Verified:
    """Hash every sealed row of a chain again, in its order, and look for rows that are in no chain."""
    before = _head(the_chain)
    found = _walk(before, progress)
    # What was purged meanwhile was there when this began, and is no fault.
    while found.fault is not None and (now := _head(the_chain)).purged_seq != before.purged_seq:
        before = now
        found = _walk(before, progress)
    return found


def _head(the_chain: UUID) -> Head:
    with system_scope(reason=_REASON, read_only=True):
        found = Head.objects.filter(chain=the_chain).first()
    return found or Head(chain=the_chain, hash=chain.GENESIS, purged_hash=chain.GENESIS)


def _walk(head: Head, progress: Progress) -> Verified:
    seq, previous, erased = head.purged_seq, head.purged_hash, 0
    fault: Fault | None = None
    while fault is None and seq < head.seq:
        with system_scope(reason=_REASON, read_only=True):
            seals = list(Seal.objects.filter(chain=head.chain, seq__gt=seq, seq__lte=head.seq).order_by("seq")[:BATCH])
            ids = [each.entry_id for each in seals]
            entries = {row[0]: Content(*row) for row in Entry.objects.filter(pk__in=ids).values_list(*COLUMNS)}
            details = Detail.objects.in_bulk(ids)
            gone = _erased_people(details.values(), entries)
        if not seals:
            fault = Fault(None, seq + 1, "the seals from here on are missing")
        for each in seals:
            fault = _fault_of(each, seq + 1, previous, entries, details, gone)
            if fault is not None:
                break
            seq, previous = each.seq, each.hash
            erased += details[each.entry_id].erased_at is not None
        progress(seq - head.purged_seq, head.seq - head.purged_seq)
    if fault is None and previous != head.hash:
        fault = Fault(None, seq, "the head of the chain has another hash than its last seal")
    with system_scope(reason=_REASON, read_only=True):
        waiting = Detail.objects.filter(waits_in=head.chain).count()
        fault = fault or _unchained(head.chain)
    return Verified(head.chain, seq - head.purged_seq, head.purged_seq + 1, seq, erased, waiting, fault)


def _fault_of(
    seal: Seal,
    expected: int,
    previous: str,
    entries: Mapping[UUID, Content],
    details: Mapping[UUID, Detail],
    gone: set[str],
) -> Fault | None:
    content, detail = entries.get(seal.entry_id), details.get(seal.entry_id)
    what = ""
    if seal.seq != expected:
        return Fault(None, expected, "the seal is missing")
    if content is None:
        what = "the row is missing"
    elif (content.organization_id or NO_ORGANIZATION) != seal.chain:
        what = "the row belongs to another chain"
    elif seal.previous != previous:
        what = "the seal does not follow the one before it: one was changed, or put in between"
    elif seal.hash != chain.link(chain=seal.chain, seq=seal.seq, previous=previous, content=content):
        what = "the row, or its seal, was changed"
    elif detail is None:
        what = "the row's parameters and address are missing"
    elif detail.erased_at is not None:
        if gone.isdisjoint({str(content.actor_id), content.target_id}):
            what = "the row's parameters and address were removed, though nobody whom it is about was erased"
    elif content.commitment != _commitment(detail) or detail.organization_id != content.organization_id:
        what = "the row's parameters or its address were changed"
    return Fault(seal.entry_id, seal.seq, what) if what else None


def _commitment(detail: Detail) -> str:
    return chain.commitment(salt=detail.salt, ip=detail.ip, parameters=detail.parameters)


def _erased_people(details: Iterable[Detail], entries: Mapping[UUID, Content]) -> set[str]:
    """Of those whom rows without a personal part are about, who was erased."""
    empty = [entries[each.pk] for each in details if each.erased_at is not None and each.pk in entries]
    asked = {str(content.actor_id) for content in empty} | {content.target_id for content in empty}
    if not asked:
        return set()
    return set(Entry.objects.filter(action=ERASED, target_id__in=asked).values_list("target_id", flat=True))


def _unchained(the_chain: UUID) -> Fault | None:
    """A row, or a seal, that somebody put in past the application."""
    first, last = Head.objects.filter(chain=the_chain).values_list("purged_seq", "seq").first() or (0, 0)
    outside = Seal.objects.filter(chain=the_chain).filter(Q(seq__gt=last) | Q(seq__lte=first)).order_by("seq").first()
    if outside is not None:
        what = "beyond the head of the chain" if outside.seq > last else "before the place where the chain begins"
        return Fault(outside.entry_id, outside.seq, f"a seal was put in {what}")
    owner: dict[str, Any] = {"organization_id": None if the_chain == NO_ORGANIZATION else the_chain}
    if the_chain == NO_ORGANIZATION:
        owner = {"organization_id__isnull": True}
    own = Seal.objects.filter(entry_id=OuterRef("pk"))
    waits = Detail.objects.filter(pk=OuterRef("pk"), waits_in=the_chain)
    stray = Entry.objects.filter(~Exists(own), ~Exists(waits), **owner).order_by("created_at", "pk").first()
    return (
        None if stray is None else Fault(stray.pk, 0, "the row was put in past the application: it waits for no seal")
    )
