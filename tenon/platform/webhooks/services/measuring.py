"""How far the webhooks are behind, for Prometheus: measured when it is asked for."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from tenon.kernel import clock
from tenon.platform.webhooks import selectors


class WebhookCollector(Collector):
    """Endpoints by what keeps them waiting, and the lag."""

    def collect(self) -> Iterator[Metric]:
        state = selectors.backlog(now=clock.now())
        endpoints = GaugeMetricFamily("tenon_webhook_endpoints", "Endpoints by state.", labels=["state"])
        for name, number in {"due": state.due, "resting": state.resting, "disabled": state.disabled}.items():
            endpoints.add_metric([name], number)
        yield endpoints
        yield GaugeMetricFamily(
            "tenon_webhook_lag_seconds",
            "How long the endpoint that is overdue longest waits.",
            value=state.lag.total_seconds(),
        )
