"""Who listens to which event, what each job name runs, and what runs on a schedule. Filled when the apps are ready.

An app's `handlers.py` subscribes to events, its `tasks.py` declares jobs and schedules:

    @subscribe(UserRegistered)
    def note_registration(event: UserRegistered) -> None: ...

    @job("identity.send_password_reset")
    def send_password_reset(*, email: str) -> None: ...

    schedule("identity.purge", every=timedelta(hours=1))
    schedule("billing.close_month", cron="0 3 1 * *", timezone="Europe/London")

    @subscribe_public
    def tell_outsiders(event: PublicEvent) -> None: ...

A handler runs in a transaction of its own that also records that it ran, so its effect in the database happens once. It
does no I/O but the database; what must reach out of it is enqueued as a job. A job runs outside any transaction, at
least once; with `atomic=True` it runs as a handler does, in the scope of the organization that its row names. Any other
job opens that scope itself, around the part that needs it: `with delivery.job_scope(): …`.

What is switched off (`kernel/modules.py`) hears of no event and is on no schedule. Its jobs that are enqueued are
carried out all the same, so that what was begun comes to its end.
"""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured

from tenon.kernel import modules
from tenon.kernel.outbox.errors import UnknownName
from tenon.kernel.outbox.events import Event
from tenon.kernel.outbox.plans import Plan
from tenon.kernel.outbox.public import PublicEvent

E = TypeVar("E", bound=Event)
Handler = Callable[[E], None]
Function = TypeVar("Function", bound=Callable[..., None])
PublicHandler = Callable[[PublicEvent], None]


@dataclass(frozen=True, slots=True)
class Consumer:
    """A handler of an event class, or of public events. `name` is its dotted path: what receipts are recorded under."""

    name: str
    handle: Callable[[Any], None]
    in_transaction: bool


@dataclass(frozen=True, slots=True)
class Job:
    """A named function. `lease`: how long it may take before another relay may run it again (None: as usual).

    `died` is called with the row's id in the transaction that buries the row. `by_hand`: staff may enqueue it with
    arguments of their own.
    """

    name: str
    run: Callable[..., None]
    lease: timedelta | None
    atomic: bool
    died: Callable[[UUID], None] | None = None
    by_hand: bool = False

    def check_arguments(self, payload: dict[str, object]) -> None:
        """Raises TypeError when the function could not be called with these keyword arguments."""
        try:
            inspect.signature(self.run).bind(**payload)
        except TypeError as error:
            raise TypeError(f"{self.name}: {error}") from None


class Chore(Protocol):
    """Upkeep that each relay does between its polls: `chore(now=…, stopping=…)`, which returns how much it did.

    It ends early where `stopping` turns true, and is called again at once while there is something to do.
    """

    def __call__(self, *, now: datetime, stopping: Callable[[], bool]) -> int: ...


class Observer(Protocol):
    """Called with every event in the transaction that publishes it: `observer(event, organization_id=…)`."""

    def __call__(self, event: Event, *, organization_id: UUID | None) -> None: ...


_consumers: dict[type[Event], list[Consumer]] = {}
_public: list[Consumer] = []
_observers: list[Observer] = []
_jobs: dict[str, Job] = {}
_schedules: dict[str, Plan] = {}
_chores: list["Chore"] = []


def subscribe(event: type[E], *, in_transaction: bool = False) -> Callable[[Handler[E]], Handler[E]]:
    """Call the decorated function with every `event`; `in_transaction`: at once, in the publisher's transaction."""

    def register(handler: Handler[E]) -> Handler[E]:
        if not modules.is_on(handler.__module__):
            return handler
        consumer = Consumer(f"{handler.__module__}.{handler.__qualname__}", handler, in_transaction)
        listed = _consumers.setdefault(event, [])
        if any(other.name == consumer.name for other in listed):
            raise ValueError(f"{consumer.name} already listens to {event.name}.")
        listed.append(consumer)
        return handler

    return register


def subscribe_public(handler: PublicHandler) -> PublicHandler:
    """Call the decorated function with every public event that carries an organization, as other handlers are called.

    It never runs in the publisher's transaction. Outside of that, what holds for `subscribe` holds here.
    """
    if not modules.is_on(handler.__module__):
        return handler
    consumer = Consumer(f"{handler.__module__}.{handler.__qualname__}", handler, in_transaction=False)
    if any(other.name == consumer.name for other in _public):
        raise ValueError(f"{consumer.name} already listens to public events.")
    _public.append(consumer)
    return handler


def observe(observer: Observer) -> None:
    """Show `observer` every event that is published from now on. It does no I/O but the database."""
    if observer not in _observers:
        _observers.append(observer)


def observers() -> Iterable[Observer]:
    """Who is shown every event."""
    return tuple(_observers)


def job(
    name: str,
    *,
    lease: timedelta | None = None,
    atomic: bool = False,
    died: Callable[[UUID], None] | None = None,
    by_hand: bool = False,
) -> Callable[[Function], Function]:
    """Run the decorated function, with the payload as keyword arguments, for every row enqueued under `name`."""

    def register(function: Function) -> Function:
        if name in _jobs:
            raise ValueError(f"{name} already names a job.")
        _jobs[name] = Job(name, function, lease, atomic, died, by_hand)
        return function

    return register


def schedule(name: str, *, every: timedelta | None = None, cron: str = "", timezone: str = "UTC") -> None:
    """Enqueue the job `name`, which takes no arguments, again and again: once each time, however many relays run.

    Either once every `every`, or whenever `cron` says, by the clocks of `timezone`. Raises ValueError.
    """
    if name in _schedules:
        raise ValueError(f"{name} is already scheduled.")
    _schedules[name] = Plan.of(every=every, cron=cron, timezone=timezone)


def chore(work: Chore) -> Chore:
    """Let every relay do `work` once in each poll, in a thread that no handler and no job holds up."""
    if work not in _chores:
        _chores.append(work)
    return work


def chores() -> tuple[Chore, ...]:
    """What relays do between their polls."""
    return tuple(_chores)


def verify() -> None:
    """Raises ImproperlyConfigured for a schedule without a job. Called once everything is registered."""
    if missing := sorted(set(_schedules) - set(_jobs)):
        raise ImproperlyConfigured(f"No job is named like the schedules {', '.join(missing)}.")


def consumers_of(event: type[Event], *, in_transaction: bool) -> list[Consumer]:
    """The handlers of one event class, in the order in which they subscribed."""
    return [consumer for consumer in _consumers.get(event, ()) if consumer.in_transaction is in_transaction]


def consumers_of_public() -> list[Consumer]:
    """The handlers of all public events, in the order in which they subscribed."""
    return list(_public)


def job_named(name: str) -> Job:
    """The job of this name, also where it belongs to what is switched off. Raises UnknownName."""
    try:
        return _jobs[name]
    except KeyError:
        raise UnknownName(f"No job is named {name!r}.") from None


def jobs() -> list[Job]:
    """Every job of what is switched on, by name."""
    return [_jobs[name] for name in sorted(_jobs) if _is_on(_jobs[name])]


def schedules() -> dict[str, Plan]:
    """Job name to the plan that the code declares, of what is switched on."""
    return {name: plan for name, plan in _schedules.items() if name in _jobs and _is_on(_jobs[name])}


def _is_on(job: Job) -> bool:
    return modules.is_on(job.run.__module__)
