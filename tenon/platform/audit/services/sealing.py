"""Sealing: what was added becomes part of its organization's chain, about a second later.

Apart from the request that added it: a chain under a lock in the request would make all writers of an organization
wait for each other. Any number of relays may seal; on the row of a chain's head one at a time does. No order of ids or
times is relied upon, so that a row whose transaction commits late is sealed late, and never missed.
"""

from collections.abc import Callable
from uuid import UUID

from django.db import IntegrityError

from tenon.kernel.tenancy.scopes import system_scope
from tenon.platform.audit.engines import chain
from tenon.platform.audit.engines.chain import GENESIS, Content
from tenon.platform.audit.models import Detail, Entry, Head, Seal
from tenon.platform.audit.selectors.contents import COLUMNS

BATCH = 500
_REASON = "the audit rows of every organization are sealed"


def seal(*, batch: int = BATCH, stopping: Callable[[], bool] = lambda: False) -> int:
    """Seal everything that waits, a batch of one chain at a time, until `stopping`. Returns how many rows.

    What another relay is just sealing is left to it. A chain that somebody has damaged keeps no other from its seals;
    what it fails with is raised at the end.
    """
    with system_scope(reason=_REASON, read_only=True):
        waiting = Detail.objects.filter(waits_in__isnull=False).order_by("waits_in")
        chains = list(waiting.values_list("waits_in", flat=True).distinct())
    sealed, failures = 0, []
    for one in chains:
        try:
            while one is not None and not stopping() and (done := _seal_batch(one, limit=batch)):
                sealed += done
                if done < batch:
                    break
        except IntegrityError as failure:
            failures.append(failure)
    if failures:
        raise failures[0]
    return sealed


def _seal_batch(the_chain: UUID, *, limit: int) -> int:
    with system_scope(reason=_REASON):
        if not Head.objects.filter(chain=the_chain).exists():
            Head.objects.bulk_create([Head(chain=the_chain, hash=GENESIS, purged_hash=GENESIS)], ignore_conflicts=True)
        head = Head.objects.select_for_update(skip_locked=True).filter(chain=the_chain).first()
        if head is None:
            return 0
        waiting = Detail.objects.filter(waits_in=the_chain).order_by("waits_in", "entry")
        ids = list(waiting.values_list("entry", flat=True)[:limit])
        rows = Entry.objects.filter(pk__in=ids).order_by("created_at", "pk").values_list(*COLUMNS)
        seals = []
        for row in rows:
            content, previous = Content(*row), head.hash
            head.seq += 1
            head.hash = chain.link(chain=the_chain, seq=head.seq, previous=previous, content=content)
            seals.append(Seal(entry_id=content.id, chain=the_chain, seq=head.seq, previous=previous, hash=head.hash))
        Seal.objects.bulk_create(seals)
        head.save(update_fields=["seq", "hash", "updated_at"])
        Detail.objects.filter(pk__in=ids).update(waits_in=None)
        return len(seals)
