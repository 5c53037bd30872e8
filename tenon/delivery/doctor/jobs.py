"""Who runs the jobs, and whether what should come back does."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings

from tenon.delivery import broker
from tenon.delivery.doctor.findings import Finding, broken, fine, note
from tenon.kernel import clock
from tenon.kernel.outbox import registry
from tenon.kernel.outbox.models import Schedule
from tenon.kernel.retention.standing import standings

PATIENCE = 2.0  # seconds for workers to say that they are there
LATE = timedelta(minutes=5)


def workers() -> Iterable[Finding]:
    """The broker and its workers, where there is one."""
    if not settings.CELERY_BROKER_URL:
        yield fine("Jobs", "run by the relay itself")
        return
    scheme = settings.CELERY_BROKER_URL.partition(":")[0]
    try:
        with broker.connection() as connection:
            answers = broker.application().control.ping(timeout=PATIENCE, connection=connection)
    except Exception as fault:  # noqa: BLE001 - each transport fails in its own words, which may quote the password
        advice = "Start the broker, or correct CELERY_BROKER_URL. Until then jobs wait in the outbox."
        yield broken("Jobs", f"the broker ({scheme}) does not answer ({type(fault).__name__})", advice)
        return
    names = sorted(name for answer in answers or () for name in answer)
    if names:
        yield fine("Jobs", f"the broker ({scheme}) answers, and so do the workers {', '.join(names)}")
    else:
        advice = "Start `make run`, or `celery -A tenon.delivery.celery worker`. Until then jobs wait in the outbox."
        yield broken("Jobs", f"the broker ({scheme}) answers, and no worker does", advice)


def schedules() -> Iterable[Finding]:
    """Whether anything is overdue that a relay enqueues."""
    now = clock.now()
    known = Schedule.objects.filter(name__in=registry.schedules())
    late = sorted(known.filter(enabled=True, next_run_at__lt=now - LATE).values_list("name", flat=True))
    if late:
        said = f"overdue: {', '.join(late)}"
        yield broken("Schedules", said, "Start `make run`, or `manage.py relay`: a relay enqueues what comes back.")
    else:
        yield fine("Schedules", f"{len(registry.schedules())} known, none overdue")
    if off := sorted(known.filter(enabled=False).values_list("name", flat=True)):
        yield note("Schedules", f"switched off: {', '.join(off)}")


def purges() -> Iterable[Finding]:
    """Whether what is not kept for ever goes."""
    found = standings(now=clock.now())
    failing = [each for each in found if each.error]
    late = sorted(each.name for each in found if each.is_late and not each.error)
    for each in failing:
        advice = "See Job runs in the portal; it is tried again by itself, and by `manage.py outbox retry` once dead."
        yield broken("Purges", f"{each.name} fails: {each.error}", advice)
    if late:
        said = f"not done for more than three rounds: {', '.join(late)}"
        yield broken("Purges", said, "Start `make run`, or `manage.py relay`; Job runs in the portal say what waits.")
    if not failing and not late:
        waiting = sum(each.succeeded_at is None for each in found)
        yield fine("Purges", f"{len(found)} known, none late" + (f", {waiting} not run yet" if waiting else ""))
