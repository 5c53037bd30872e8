"""One transaction for the key, the effect and the stored answer: there is no state in between."""

from collections.abc import Callable
from datetime import datetime

from django.db import connection, transaction

from tenon.kernel.idempotency import records
from tenon.kernel.idempotency.answers import Answer
from tenon.kernel.idempotency.keys import Asked
from tenon.kernel.idempotency.models import Record
from tenon.kernel.retries import retried

# One round trip. Where the first commits between this statement's look and its lock, `records.keep` finds out.
_LOCK_AND_LOOK = """
SELECT lock.free, record.fingerprint, record.answer FROM (SELECT pg_try_advisory_xact_lock(%s) AS free) AS lock
LEFT JOIN idempotency_record AS record ON record.id = %s
"""


class _NotKept(Exception):
    """Rolls back what belongs to an answer that is no success."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


@retried
def run(asked: Asked, produce: Callable[[], Answer], *, now: datetime) -> tuple[Answer, bool]:
    """The answer of `produce`, which has had its effect once, and whether it is a repetition's.

    `produce` renders within the transaction. What it raises rolls everything back and is not kept, nor is an answer
    that is no success; so a service that must commit before it refuses cannot be called in it: its
    `atomic(durable=True)` raises RuntimeError, as this does inside a transaction.
    On PostgreSQL a repetition that comes too early raises InProgress at once; on SQLite and MariaDB it waits. Raises
    KeyReused.
    """
    try:
        with transaction.atomic(durable=True):
            if connection.vendor == "postgresql":
                return _run_under_lock(asked, produce, now=now)
            return _run_in_turn(asked, produce, now=now)
    except _NotKept as refused:
        return refused.answer, False


def _run_under_lock(asked: Asked, produce: Callable[[], Answer], *, now: datetime) -> tuple[Answer, bool]:
    """The lock ends with the transaction, or with the connection, so nothing stays "in progress" after a crash."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_AND_LOOK, [_lock_number(asked), asked.id])
        [(free, fingerprint, stored)] = cursor.fetchall()
    if fingerprint is not None:  # wherever the lock is: whoever holds it may be another repetition
        return _replay(Record(id=asked.id, fingerprint=fingerprint, answer=stored), asked)
    if not free:
        raise records.in_progress()
    answer = _produced(produce)
    records.keep(asked, answer, now=now)
    return answer, False


def _run_in_turn(asked: Asked, produce: Callable[[], Answer], *, now: datetime) -> tuple[Answer, bool]:
    record = records.insert_first(asked, now=now)
    if record is None:
        return _replay(Record.objects.get(pk=asked.id), asked)
    answer = _produced(produce)
    Record.objects.filter(pk=record.pk).update(answer=answer.seal(record_id=record.pk))
    return answer, False


def _replay(record: Record, asked: Asked) -> tuple[Answer, bool]:
    answer = records.answer_to(record, asked)
    if answer is None:  # left by a version of this route that was phased
        raise records.in_progress()
    return answer, True


def _produced(produce: Callable[[], Answer]) -> Answer:
    answer = produce()
    if not answer.is_kept:
        raise _NotKept(answer)
    return answer


def _lock_number(asked: Asked) -> int:
    return int.from_bytes(asked.id.bytes[:8], signed=True)
