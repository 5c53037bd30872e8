"""Writing and reading the rows: who is first, and what the first was answered."""

from datetime import datetime
from typing import Any

from django.db import OperationalError, connection

from tenon.kernel.crypto import Unsealable
from tenon.kernel.idempotency import answers
from tenon.kernel.idempotency.answers import Answer
from tenon.kernel.idempotency.errors import AnswerLost, InProgress, KeyReused
from tenon.kernel.idempotency.keys import Asked
from tenon.kernel.idempotency.models import Record

_PATIENCE = 1  # seconds after which a request that was too early may ask again
_COLUMNS = (
    "id",
    "operation_id",
    "organization_id",
    "principal_id",
    "fingerprint",
    "created_at",
    "answer",
    "checkpoints",
    "claim",
    "claimed_until",
)
_FIRST = f"INSERT INTO idempotency_record ({', '.join(_COLUMNS)}) VALUES ({', '.join(['%s'] * len(_COLUMNS))}) "  # nosec B608
# MariaDB's INSERT IGNORE takes a lock that it then cannot give to two who wait for it; this one takes its own.
_UNLESS_THERE = {"mysql": "ON DUPLICATE KEY UPDATE id = idempotency_record.id"}
_WAITED_TOO_LONG = {1205, 1213}  # MariaDB's lock wait timeout and deadlock


def in_progress(*, retry_after: int = _PATIENCE) -> InProgress:
    """The refusal of a repetition that came too early."""
    return InProgress(retry_after=retry_after)


def insert_first(asked: Asked, *, now: datetime, **claim: Any) -> Record | None:
    """The new row, in the caller's transaction, or None where there is one.

    Waits, on every engine, for another transaction that is about to write the same. Raises InProgress when MariaDB
    waited too long.
    """
    record = _record(asked, now=now, **claim)
    try:
        written = _inserted(record)
    except OperationalError as error:
        if connection.vendor == "mysql" and error.args[0] in _WAITED_TOO_LONG:
            raise in_progress() from None
        raise
    if written and connection.vendor == "mysql":  # which counts a row that was there already, too
        written = Record.objects.filter(pk=record.pk, operation_id=record.operation_id).exists()
    return record if written else None


def keep(asked: Asked, answer: Answer, *, now: datetime) -> None:
    """Write the row and its answer at once. Raises InProgress, so that all is undone, where another was first."""
    record = _record(asked, now=now)
    record.answer = answer.seal(record_id=record.pk)
    if not _inserted(record):
        raise in_progress()


def answer_to(record: Record, asked: Asked) -> Answer | None:
    """What the first was answered; None where it is not answered yet.

    Raises KeyReused for another request's key, and AnswerLost where nobody can tell, since SECRET_KEY has changed.
    """
    answer = _opened(record)
    if record.fingerprint not in (asked.fingerprint, *asked.former_fingerprints):
        raise KeyReused
    return answer


def _opened(record: Record) -> Answer | None:
    try:
        return answers.unseal(record.answer, record_id=record.pk) if record.answer else None
    except Unsealable:
        raise AnswerLost from None


def _inserted(record: Record) -> bool:
    fields = {field.attname: field for field in Record._meta.local_concrete_fields}
    values = [fields[name].get_db_prep_save(getattr(record, name), connection) for name in _COLUMNS]
    statement = _FIRST + _UNLESS_THERE.get(connection.vendor, "ON CONFLICT (id) DO NOTHING")
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return bool(cursor.rowcount)


def _record(asked: Asked, *, now: datetime, **claim: Any) -> Record:
    return Record(
        id=asked.id,
        fingerprint=asked.fingerprint,
        organization_id=asked.organization_id,
        principal_id=asked.principal_id,
        created_at=now,
        **claim,
    )
