"""A phased request at work: steps that are done once, in a transaction each, and calls of a provider in between.

    order = operation.commit("order", lambda: place(…))           # the intent
    charge = operation.call("charge", lambda key: provider.charge(…, idempotency_key=key))
    operation.commit("paid", lambda: mark_paid(…))

Whoever repeats the request, after whatever happened to the first, passes over the steps that are done and receives
their results; a call of which nobody knows whether it arrived is made again with the same key.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from tenon.kernel import clock, crypto
from tenon.kernel.idempotency import records
from tenon.kernel.idempotency.errors import AnswerLost
from tenon.kernel.idempotency.models import Record
from tenon.kernel.outbox.encoding import encode
from tenon.kernel.retries import retried

_PURPOSE = "idempotency checkpoints"


class Operation:
    """One request, however often it is repeated. Services take it as an argument."""

    def __init__(self, record: Record, *, lease: timedelta) -> None:
        self.id: UUID = record.operation_id
        """The same for every repetition; a row may bear it, a provider be told it."""
        self._mine = Record.objects.filter(pk=record.pk, claim=record.claim)
        self._record_id = record.pk
        self._lease = lease
        self._results: dict[str, Any] = _unsealed(record)

    def commit(self, step: str, work: Callable[[], Any]) -> Any:
        """The result of `work`, as JSON types; it runs in one transaction with the note that it did, and never again.

        Raises InProgress when this request took so long that a repetition has taken over: then nothing is done.
        """
        if step not in self._results:
            self._results = self._committed(step, work)
        return self._results[step]

    def call(self, step: str, work: Callable[[str], Any]) -> Any:
        """The result of `work`, as JSON types. It talks to a provider, outside of any transaction.

        It is given the key by which the provider recognizes a repetition. Raises InProgress as `commit` does, and
        RuntimeError inside a transaction, or before anything is committed: a charge whose order is nowhere could not be
        found again.
        """
        if step not in self._results:
            if not self._results or _in_transaction():
                raise RuntimeError("Commit the intent before a provider is called, and call it outside a transaction.")
            self._stay()
            result = work(f"{self.id}-{step}")
            self._results = self._committed(step, lambda: result)
        return self._results[step]

    @retried
    def _committed(self, step: str, work: Callable[[], Any]) -> dict[str, Any]:
        """All results, with that of `work`, which is one transaction with the note of it."""
        with transaction.atomic(durable=True):
            self._stay()
            return self._noted(step, work())

    def _stay(self) -> None:
        """Keep the claim for another lease, and in a transaction lock the row."""
        if not self._mine.update(claimed_until=clock.now() + self._lease):
            raise records.in_progress()

    def _noted(self, step: str, result: Any) -> dict[str, Any]:
        results = {**self._results, step: encode(result)}
        sealed = crypto.seal(_PURPOSE, json.dumps(results).encode(), bound_to=str(self._record_id))
        self._mine.update(checkpoints=sealed)
        return results


def _unsealed(record: Record) -> dict[str, Any]:
    if not record.checkpoints:
        return {}
    try:
        known: dict[str, Any] = json.loads(crypto.unseal(_PURPOSE, record.checkpoints, bound_to=str(record.pk)))
    except crypto.Unsealable:
        raise AnswerLost from None
    return known


def _in_transaction() -> bool:
    """Whether one is open; the one that a test wraps around itself does not count."""
    return any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)
