"""The job of an operation:

    @operations.job("billing.close_month")
    def close_month(operation: Running, *, month: date) -> dict[str, object]:
        operation.report(progress=0.5)
        return {"invoices": 12}

What it returns is the operation's result. It is tried again as any job is; when its row dies, the operation has failed.
A TenonError that it raises is an answer: the caller is told, and nothing is tried again, unless it says that something
is away for now. It runs outside any transaction, so that reports are seen at once.
"""

import inspect
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from tenon.kernel import clock
from tenon.kernel.errors import Kind, TenonError
from tenon.kernel.operations import services
from tenon.kernel.operations.errors import Cancelled
from tenon.kernel.outbox import delivery, registry

STEP = 0.01  # smaller advances are not written down
_FOR_NOW = (Kind.UNAVAILABLE, Kind.TOO_MANY_REQUESTS)


@dataclass(slots=True)
class Running:
    """The operation, in the hands of its job."""

    id: UUID
    reported: float = -1.0

    def report(self, *, progress: float) -> None:
        """Say how far the work is, from 0 to 1. Raises Cancelled, which the job lets pass."""
        if abs(progress - self.reported) >= STEP or progress >= 1:
            services.report(operation_id=self.id, progress=progress)
            self.reported = progress

    def scope(self, *, read_only: bool = False) -> AbstractContextManager[None]:
        """The scope of the organization that the work is for. Raises NoScope where it is for none."""
        return delivery.job_scope(read_only=read_only)


Work = Callable[..., object]


def job(name: str, *, lease: timedelta | None = None, by_hand: bool = False) -> Callable[[Work], Work]:
    """Run the decorated function, with its operation and the payload, for every operation started with `name`."""

    def register(work: Work) -> Work:
        signature = inspect.signature(work)

        @wraps(work)
        def run(**arguments: Any) -> None:
            _run(work, arguments)

        parameters = list(signature.parameters.values())[1:]
        run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
        registry.job(name, lease=lease, died=services.note_death, by_hand=by_hand)(run)
        return work

    return register


def _run(work: Work, arguments: dict[str, Any]) -> None:
    operation_id = services.begin(entry_id=delivery.current_id(), now=clock.now())
    if operation_id is None:
        return
    try:
        result = work(Running(operation_id), **arguments)
    except Cancelled:
        return
    except TenonError as refusal:
        if refusal.kind in _FOR_NOW:
            raise
        services.fail(operation_id=operation_id, refusal=refusal, now=clock.now())
    else:
        services.succeed(operation_id=operation_id, result=result, now=clock.now())
