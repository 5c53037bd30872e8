"""A request that works in steps: its row is committed first, and says who is at work and how far they came."""

from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil

from django.db import transaction
from django.db.models import QuerySet

from tenon.kernel.idempotency import records
from tenon.kernel.idempotency.answers import Answer
from tenon.kernel.idempotency.keys import Asked
from tenon.kernel.idempotency.models import Record
from tenon.kernel.idempotency.operations import Operation
from tenon.kernel.ids import new_id
from tenon.kernel.retries import retried

_PATIENCE = (
    5  # seconds: whoever is at work has usually called the provider by then, and a dead one's lease may be longer
)


def run(
    asked: Asked, produce: Callable[[Operation], Answer], *, lease: timedelta, now: datetime
) -> tuple[Answer, bool]:
    """The answer that is kept, and whether it is a repetition's.

    A first request that failed leaves the steps that are done, and a repetition goes on from there at once; one whose
    process died holds the key until its lease is over. A refusal before any step is forgotten.
    Raises InProgress, KeyReused and what `produce` raises.
    """
    found = _claim(asked, lease=lease, now=now)
    if isinstance(found, Answer):
        return found, True
    operation = Operation(found, lease=lease)
    mine = Record.objects.filter(pk=found.pk, claim=found.claim)
    try:
        answer = produce(operation)
    except Exception:
        _let_go(mine)
        raise
    if not answer.is_kept:
        _let_go(mine)
    elif not mine.update(answer=answer.seal(record_id=found.pk), claim=None, claimed_until=None):
        raise records.in_progress()  # a repetition has taken over, and its answer will be the one
    return answer, False


@retried
def _claim(asked: Asked, *, lease: timedelta, now: datetime) -> Record | Answer:
    """The row, ours until `lease` is over, or the answer of the first. Raises InProgress, KeyReused."""
    claim, until = new_id(), now + lease
    with transaction.atomic(durable=True):
        record = records.insert_first(asked, now=now, claim=claim, claimed_until=until)
        if record is not None:
            return record
        record = Record.objects.select_for_update().get(pk=asked.id)
        answer = records.answer_to(record, asked)
        if answer is not None:
            return answer
        if record.claimed_until is not None and record.claimed_until > now:
            left = ceil((record.claimed_until - now).total_seconds())
            raise records.in_progress(retry_after=min(left, _PATIENCE))
        record.claim, record.claimed_until = claim, until
        record.save(update_fields=["claim", "claimed_until"])
        return record


def _let_go(mine: QuerySet[Record]) -> None:
    # What the table says counts: a commit may have arrived although its answer was lost.
    if not mine.filter(checkpoints="").delete()[0]:
        mine.update(claim=None, claimed_until=None)
