"""How long ago each purge succeeded, for Prometheus: measured when it is asked for."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from tenon.kernel import clock
from tenon.kernel.retention.declaring import purges
from tenon.kernel.retention.models import Purge


class PurgeCollector(Collector):
    """A purge that never succeeded is left out: an alert asks for that with `absent`."""

    def collect(self) -> Iterator[Metric]:
        now = clock.now()
        ages = GaugeMetricFamily(
            "tenon_purge_success_age_seconds", "How long ago a purge last succeeded.", labels=["name"]
        )
        failing = GaugeMetricFamily("tenon_purge_failing", "Whether a purge's latest run failed.", labels=["name"])
        for purge in Purge.objects.filter(name__in=purges()).order_by("name"):
            if purge.succeeded_at:
                ages.add_metric([purge.name], max((now - purge.succeeded_at).total_seconds(), 0.0))
            failing.add_metric([purge.name], float(purge.is_failing))
        yield ages
        yield failing
