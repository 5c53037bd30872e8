"""Who listens to which event, what each job name runs, and what runs on a schedule. Filled when the apps are ready.

An app's `handlers.py` subscribes to events, its `tasks.py` declares jobs and schedules:

    @subscribe(UserRegistered)
    def note_registration(event: UserRegistered) -> None: ...

    @job("identity.send_password_reset")
    def send_password_reset(*, email: str) -> None: ...

    schedule("identity.purge", every=timedelta(hours=1))

A handler runs in a transaction of its own that also records that it ran, so its effect in the database happens once. It
does no I/O but the database; what must reach out of it is enqueued as a job. A job runs outside any transaction, at
least once; with `atomic=True` it runs as a handler does.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from django.core.exceptions import ImproperlyConfigured

from tenon.kernel.outbox.errors import UnknownName
from tenon.kernel.outbox.events import Event

E = TypeVar("E", bound=Event)
Handler = Callable[[E], None]
Function = TypeVar("Function", bound=Callable[..., None])


@dataclass(frozen=True, slots=True)
class Consumer:
    """A handler of one event class. `name` is its dotted path: what receipts are recorded under."""

    name: str
    handle: Callable[[Any], None]
    in_transaction: bool


@dataclass(frozen=True, slots=True)
class Job:
    """A named function. `lease`: how long it may take before another relay may run it again (None: as usual)."""

    name: str
    run: Callable[..., None]
    lease: timedelta | None
    atomic: bool

    def check_arguments(self, payload: dict[str, object]) -> None:
        """Raises TypeError when the function could not be called with these keyword arguments."""
        try:
            inspect.signature(self.run).bind(**payload)
        except TypeError as error:
            raise TypeError(f"{self.name}: {error}") from None


_consumers: dict[type[Event], list[Consumer]] = {}
_jobs: dict[str, Job] = {}
_schedules: dict[str, timedelta] = {}


def subscribe(event: type[E], *, in_transaction: bool = False) -> Callable[[Handler[E]], Handler[E]]:
    """Call the decorated function with every `event`; `in_transaction`: at once, in the publisher's transaction."""

    def register(handler: Handler[E]) -> Handler[E]:
        consumer = Consumer(f"{handler.__module__}.{handler.__qualname__}", handler, in_transaction)
        listed = _consumers.setdefault(event, [])
        if any(other.name == consumer.name for other in listed):
            raise ValueError(f"{consumer.name} already listens to {event.name}.")
        listed.append(consumer)
        return handler

    return register


def job(name: str, *, lease: timedelta | None = None, atomic: bool = False) -> Callable[[Function], Function]:
    """Run the decorated function, with the payload as keyword arguments, for every row enqueued under `name`."""

    def register(function: Function) -> Function:
        if name in _jobs:
            raise ValueError(f"{name} already names a job.")
        _jobs[name] = Job(name, function, lease, atomic)
        return function

    return register


def schedule(name: str, *, every: timedelta) -> None:
    """Enqueue the job `name`, which takes no arguments, once every `every`, however many relays run."""
    if every <= timedelta(0):
        raise ValueError("A schedule needs a positive interval.")
    if name in _schedules:
        raise ValueError(f"{name} is already scheduled.")
    _schedules[name] = every


def verify() -> None:
    """Raises ImproperlyConfigured for a schedule without a job. Called once everything is registered."""
    if missing := sorted(set(_schedules) - set(_jobs)):
        raise ImproperlyConfigured(f"No job is named like the schedules {', '.join(missing)}.")


def consumers_of(event: type[Event], *, in_transaction: bool) -> list[Consumer]:
    """The handlers of one event class, in the order in which they subscribed."""
    return [consumer for consumer in _consumers.get(event, ()) if consumer.in_transaction is in_transaction]


def job_named(name: str) -> Job:
    """Raises UnknownName."""
    try:
        return _jobs[name]
    except KeyError:
        raise UnknownName(f"No job is named {name!r}.") from None


def schedules() -> dict[str, timedelta]:
    """Job name to interval."""
    return dict(_schedules)
