"""Putting events and jobs into the outbox, in the transaction of the change they tell of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tenon.kernel import clock
from tenon.kernel.ids import new_id
from tenon.kernel.outbox import registry, sealing
from tenon.kernel.outbox.encoding import encode, event_to_json
from tenon.kernel.outbox.errors import NotInTransaction
from tenon.kernel.outbox.events import Event
from tenon.kernel.outbox.models import Entry, Kind

_FIELDS = [field for field in Entry._meta.concrete_fields if not field.primary_key]
_INSERT = (
    f"INSERT INTO {Entry._meta.db_table} ({', '.join(field.column for field in _FIELDS)})"  # nosec B608
    f" VALUES ({', '.join(['%s'] * len(_FIELDS))})"
)


def publish(event: Event, *, aggregate: str = "", organization_id: UUID | None = None) -> UUID:
    """Write an event's row, show it to the observers and run its in-transaction handlers. Returns the row's id.

    Rows of one `aggregate` (`order:<id>`) are delivered in the order in which they were written, each waiting for the
    one before; writers of one aggregate must take turns (by a lock on its row). A dead row is passed over.
    An event with a field `organization_id` belongs to that organization without being told so.
    Raises NotInTransaction on autocommit, TypeError when a field's value does not fit its annotation, ValueError for an
    `organization_id` other than the event's own.
    """
    require_transaction()
    own: UUID | None = getattr(event, "organization_id", None)
    if own is not None and organization_id not in (None, own):
        raise ValueError(f"{event.name} belongs to another organization than it was published for.")
    organization_id = organization_id or own
    entry_id = _write(
        Kind.EVENT,
        event.name,
        event_to_json(event),
        aggregate=aggregate,
        organization_id=organization_id,
        unplaced_in=organization_id if event.public else None,
    )
    for observer in registry.observers():
        observer(event, organization_id=organization_id)
    for consumer in registry.consumers_of(type(event), in_transaction=True):
        consumer.handle(event)
    return entry_id


def enqueue(
    job_name: str,
    payload: Mapping[str, object],
    *,
    aggregate: str = "",
    not_before: datetime | None = None,
    organization_id: UUID | None = None,
    secret: bool = False,
) -> UUID:
    """Write a job's row; the relay calls the job with `payload` as keyword arguments. Returns the row's id.

    `secret` seals the payload at rest and wipes it on delivery; a dead job keeps it, sealed, until it is retried or
    purged. Raises NotInTransaction on autocommit, UnknownName for a job that is not registered, TypeError for a payload
    that it could not be called with.
    """
    require_transaction()
    arguments = encode(payload)
    registry.job_named(job_name).check_arguments(arguments)
    return _write(
        Kind.JOB,
        job_name,
        arguments,
        aggregate=aggregate,
        not_before=not_before,
        organization_id=organization_id,
        secret=secret,
    )


def require_transaction() -> None:
    """Raises NotInTransaction unless a transaction is open. The one that a test wraps around itself does not count."""
    blocks = transaction.get_connection().atomic_blocks
    if not any(not getattr(block, "_from_testcase", False) for block in blocks):
        raise NotInTransaction("Publish inside transaction.atomic() or a scope: the row must commit with its change.")


def _write(
    kind: Kind,
    name: str,
    payload: dict[str, Any],
    *,
    aggregate: str,
    organization_id: UUID | None,
    not_before: datetime | None = None,
    secret: bool = False,
    unplaced_in: UUID | None = None,
) -> UUID:
    entry_id, now = new_id(), clock.now()
    entry = Entry(
        id=entry_id,
        kind=kind,
        name=name,
        payload=sealing.seal(payload, entry_id=entry_id) if secret else payload,
        secret=secret,
        organization_id=organization_id,
        aggregate=aggregate,
        queue=aggregate or None,
        created_at=now,
        available_at=now if not_before is None else max(now, not_before),
        unplaced_in=unplaced_in,
    )
    # Every request that changes something comes here: the statement is written once, not built by each.
    connection = transaction.get_connection()
    with connection.cursor() as cursor:
        values = [field.get_db_prep_save(getattr(entry, field.attname), connection) for field in _FIELDS]
        cursor.execute(_INSERT, values)
    return entry_id
