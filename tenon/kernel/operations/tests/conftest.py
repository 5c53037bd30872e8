"""A job to operate, and people who start it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from tenon.kernel import clock
from tenon.kernel.ids import new_id
from tenon.kernel.operations import running, services
from tenon.kernel.operations.models import Operation
from tenon.kernel.operations.running import Running
from tenon.kernel.outbox import registry
from tenon.kernel.principal import Principal, PrincipalKind

JOB = "samples.work"


class Work:
    """What the job does: as each test says."""

    def __init__(self) -> None:
        self.does: Callable[..., Any] = lambda operation, number: {"number": number}

    def __call__(self, operation: Running, *, number: int) -> Any:
        return self.does(operation, number)


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    """The job, which is the only one here."""
    monkeypatch.setattr(registry, "_jobs", {})
    monkeypatch.setattr(registry, "_schedules", {})
    work = Work()

    def sample(operation: Running, *, number: int) -> Any:
        return work(operation, number=number)

    running.job(JOB)(sample)
    return work


def person(**facts: Any) -> Principal:
    return Principal(PrincipalKind.USER, new_id(), **facts)


def start(principal: Principal | None = None, *, number: int = 7, kind: str = "") -> UUID:
    return services.start(
        job=JOB, payload={"number": number}, principal=principal or person(), now=clock.now(), kind=kind
    )


def again(operation_id: UUID) -> Operation:
    return Operation.objects.get(id=operation_id)
