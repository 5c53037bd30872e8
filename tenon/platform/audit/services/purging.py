"""Purging: what is older than the log is kept goes, from the beginning of each chain."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from tenon.kernel.tenancy.scopes import system_scope
from tenon.platform.audit.models import Detail, Entry, Head, Seal

BATCH = 1000
_REASON = "audit rows of every organization are kept equally long"


def purge(*, before: datetime, batch: int = BATCH) -> int:
    """Delete sealed rows that were added before then, up to the first younger one of each chain. Returns how many.

    The head keeps the hash of the last one, so that what follows can still be verified. On PostgreSQL the database
    itself refuses whatever is younger than thirty days.
    """
    with system_scope(reason=_REASON, read_only=True):
        chains = list(Head.objects.order_by("chain").values_list("chain", flat=True))
    return sum(_purge_chain(chain, before=before, batch=batch) for chain in chains)


def _purge_chain(chain: UUID, *, before: datetime, batch: int) -> int:
    purged = 0
    while True:
        with system_scope(reason=_REASON):
            head = Head.objects.select_for_update().get(chain=chain)
            places = Seal.objects.filter(chain=chain, seq__gt=head.purged_seq).order_by("seq")
            first = dict(places.values_list("seq", "entry_id")[:batch])
            old = set(Entry.objects.filter(pk__in=first.values(), created_at__lt=before).values_list("pk", flat=True))
            up_to = head.purged_seq
            for seq, entry_id in first.items():
                if entry_id not in old:
                    break
                up_to = seq
            if up_to == head.purged_seq:
                return purged
            purged += _delete(head, up_to)


def _delete(head: Head, up_to: int) -> int:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT audit_purge(%s, %s)", [head.chain, up_to])
            return int(cursor.fetchone()[0])
    places = Seal.objects.filter(chain=head.chain, seq__lte=up_to)
    ids = list(places.values_list("entry_id", flat=True))
    # First the head: the triggers let go of nothing but what it says was purged.
    head.purged_seq, head.purged_hash = up_to, places.get(seq=up_to).hash
    head.save(update_fields=["purged_seq", "purged_hash", "updated_at"])
    Detail.objects.filter(pk__in=ids).delete()
    Entry.objects.filter(pk__in=ids).delete()
    return places.delete()[0]
