"""What Prometheus reads: the counters of all workers, and what waits as it is now."""

import os
from collections.abc import Iterator

from django.db import DatabaseError
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from tenon.kernel import clock, metrics
from tenon.kernel.outbox import backlog


class OutboxCollector(Collector):
    """Measured when it is asked for: a gauge that each worker set for itself would be as old as its last request."""

    def collect(self) -> Iterator[Metric]:
        state = backlog.measure(now=clock.now())
        waiting = {"due": state.due, "in_progress": state.in_progress, "later": state.later, "dead": state.dead}
        rows = GaugeMetricFamily("tenon_outbox_rows", "Rows of the outbox by state.", labels=["state"])
        for name, number in waiting.items():
            rows.add_metric([name], number)
        yield rows
        yield GaugeMetricFamily(
            "tenon_outbox_lag_seconds", "How long the longest overdue row waits.", value=state.lag.total_seconds()
        )
        yield GaugeMetricFamily("tenon_feed_unplaced", "Events without a place in a feed yet.", value=state.unplaced)
        yield GaugeMetricFamily(
            "tenon_feed_lag_seconds", "How long the oldest of them waits.", value=state.feed_lag.total_seconds()
        )


class Measured(Collector):
    """What is measured when it is asked for: without their database, collectors are passed over."""

    def collect(self) -> Iterator[Metric]:
        for collector in (OutboxCollector(), *metrics.collectors):
            try:
                yield from list(collector.collect())
            except DatabaseError:
                continue  # the rest still tells what happens


def exposition() -> bytes:
    """The text format, for this process, or for all that share PROMETHEUS_MULTIPROC_DIR."""
    measured = CollectorRegistry(auto_describe=False)
    measured.register(Measured())
    return generate_latest(counted()) + generate_latest(measured)


def counted() -> CollectorRegistry:
    """What was counted in this process, or in all that share PROMETHEUS_MULTIPROC_DIR."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry
