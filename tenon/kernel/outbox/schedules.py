"""Jobs that come back: enqueued when due, once, by whichever relay is first."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from tenon.kernel.outbox import registry
from tenon.kernel.outbox.models import Schedule
from tenon.kernel.outbox.publishing import enqueue


def enqueue_due(*, now: datetime) -> list[str]:
    """Enqueue the job of every schedule that is due; returns their names. A missed round is not made up for.

    The update that notes the time and the job's row are one transaction, and the update matches for one relay only.
    """
    planned = registry.schedules()
    last = dict(Schedule.objects.filter(name__in=planned).values_list("name", "last_enqueued_at"))
    new = [Schedule(name=name) for name in planned if name not in last]
    if new:
        Schedule.objects.bulk_create(new, ignore_conflicts=True)
    enqueued = []
    for name, every in planned.items():
        before = last.get(name)
        if before is not None and before > now - every:
            continue
        with transaction.atomic():
            due = Q(last_enqueued_at__isnull=True) | Q(last_enqueued_at__lte=now - every)
            if Schedule.objects.filter(due, name=name).update(last_enqueued_at=now):
                enqueue(name, {})
                enqueued.append(name)
    return enqueued
