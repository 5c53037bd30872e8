"""What Prometheus reads: the counters of all workers, and the state of the outbox as it is now."""

import os
from collections.abc import Iterator

from django.db import DatabaseError
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from tenon.kernel import clock
from tenon.kernel.outbox import backlog


class OutboxCollector(Collector):
    """Measured when it is asked for: a gauge that each worker set for itself would be as old as its last request."""

    def collect(self) -> Iterator[Metric]:
        try:
            state = backlog.measure(now=clock.now())
        except DatabaseError:
            return  # without its database, the rest still tells what happens
        waiting = {"due": state.due, "in_progress": state.in_progress, "later": state.later, "dead": state.dead}
        rows = GaugeMetricFamily("tenon_outbox_rows", "Rows of the outbox by state.", labels=["state"])
        for name, number in waiting.items():
            rows.add_metric([name], number)
        yield rows
        yield GaugeMetricFamily(
            "tenon_outbox_lag_seconds", "How long the longest overdue row waits.", value=state.lag.total_seconds()
        )


def exposition() -> bytes:
    """The text format, for this process, or for all that share PROMETHEUS_MULTIPROC_DIR."""
    outbox = CollectorRegistry()
    outbox.register(OutboxCollector())
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    else:
        counted = REGISTRY
    return generate_latest(counted) + generate_latest(outbox)
