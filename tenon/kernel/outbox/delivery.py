"""Running what a row is for: the handlers of an event, each once, or the function of a job."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from tenon.kernel.outbox import registry, sealing
from tenon.kernel.outbox.encoding import arguments_from_json, event_from_json
from tenon.kernel.outbox.errors import PermanentFailure
from tenon.kernel.outbox.events import Event, event_class
from tenon.kernel.outbox.failures import LONGEST, describe
from tenon.kernel.outbox.models import Entry, Kind, Receipt
from tenon.kernel.outbox.public import PublicEvent
from tenon.kernel.retries import retried
from tenon.kernel.tenancy.errors import NoScope
from tenon.kernel.tenancy.scopes import organization_scope

# What each consumer raised, after the beginning of the line that tells of it.
_Failed = list[tuple[str, Exception]]

_RECEIPT = f"INSERT INTO {Receipt._meta.db_table} (consumer, entry_id) VALUES (%s, %s)"  # nosec B608
_ENTRY_ID = Receipt._meta.get_field("entry_id")

_current: ContextVar[Entry] = ContextVar("outbox_entry")


@dataclass(frozen=True, slots=True)
class Failure:
    """An attempt that did not succeed: a line for operators, the exception, and whether trying again is pointless."""

    description: str
    error: Exception
    permanent: bool

    @classmethod
    def permanently(cls, reason: str) -> "Failure":
        """A failure that is known without an attempt."""
        return cls(reason, PermanentFailure(reason), permanent=True)


def current_id() -> UUID:
    """The id of the row that is being delivered, the same at every attempt: an idempotency key for the outside."""
    return _current.get().id


def current_organization_id() -> UUID | None:
    """The organization that the row names which is being delivered."""
    return _current.get().organization_id


def job_scope(*, read_only: bool = False) -> AbstractContextManager[None]:
    """The scope of the organization that the job's row names: for a job that opens transactions of its own.

    Raises NoScope where the row names none.
    """
    organization_id = current_organization_id()
    if organization_id is None:
        raise NoScope(f"The row of this {_current.get().name} names no organization.")
    return organization_scope(organization_id, read_only=read_only)


def attempt(entry: Entry) -> Failure | None:
    """Deliver a row once: None when every consumer has taken it. One's failure does not keep it from the others."""
    payload: Any = entry.payload
    token = _current.set(entry)
    try:
        if entry.secret:
            payload = sealing.unseal(payload, entry_id=entry.id)
        failed = _deliver_event(entry, payload) if entry.kind == Kind.EVENT else _run_job(entry, payload)
    except Exception as error:  # noqa: BLE001 (whatever a job raises is a failed attempt, never the end of the relay)
        failed = [("", error)]
    finally:
        _current.reset(token)
    if not failed:
        return None
    lines = [name + describe(error, payload=payload, secret=entry.secret) for name, error in failed]
    permanent = all(isinstance(error, PermanentFailure) for _, error in failed)
    return Failure("; ".join(lines)[:LONGEST], failed[0][1], permanent=permanent)


def _deliver_event(entry: Entry, payload: Any) -> _Failed:
    event = event_from_json(event_class(entry.name), payload)
    failed: _Failed = []
    for consumer, told in _calls(entry, event, payload):
        try:
            _once(consumer.name, entry.id, partial(consumer.handle, told))
        except Exception as error:  # noqa: BLE001 (as above)
            failed.append((f"{consumer.name}: ", error))
    return failed


def _calls(entry: Entry, event: Event, payload: Any) -> list[tuple[registry.Consumer, Event | PublicEvent]]:
    """Every consumer with what it is called with."""
    calls: list[tuple[registry.Consumer, Event | PublicEvent]] = [
        (consumer, event) for consumer in registry.consumers_of(type(event), in_transaction=False)
    ]
    listening = registry.consumers_of_public() if event.public else []
    if listening and entry.organization_id is not None:
        shown = PublicEvent(entry.id, entry.name, entry.organization_id, entry.created_at, payload)
        calls += [(consumer, shown) for consumer in listening]
    return calls


def _run_job(entry: Entry, payload: Any) -> _Failed:
    job = registry.job_named(entry.name)
    arguments = arguments_from_json(job.run, payload)
    if job.atomic:
        _once(job.name, entry.id, partial(job.run, **arguments), organization_id=entry.organization_id)
    else:
        job.run(**arguments)
    return []


def _note(consumer: str, entry_id: UUID) -> None:
    """Write the receipt. It stands in front of every effect, so no query is built for it."""
    with connection.cursor() as cursor:
        cursor.execute(_RECEIPT, [consumer, _ENTRY_ID.get_db_prep_value(entry_id, connection)])


@retried
def _once(consumer: str, entry_id: UUID, effect: Callable[[], None], *, organization_id: UUID | None = None) -> None:
    """Run `effect` in a transaction with its receipt. Whoever comes second, even at the same time, does nothing."""
    try:
        with organization_scope(organization_id) if organization_id else transaction.atomic():
            _note(consumer, entry_id)
            effect()
    except IntegrityError:
        # Either somebody else's receipt was there first, or the effect itself met a constraint.
        if not Receipt.objects.filter(entry_id=entry_id, consumer=consumer).exists():
            raise
