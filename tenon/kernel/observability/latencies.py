"""How long requests took, estimated from the histogram that django-prometheus keeps of every view."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from tenon.kernel.observability.exposition import counted

_HISTOGRAM = "django_http_requests_latency_seconds_by_view_method"


class Latency(NamedTuple):
    """The requests of one view by one method; quantiles in milliseconds."""

    view: str
    method: str
    requests: int
    p50_ms: float
    p95_ms: float
    p99_ms: float


def by_view() -> list[Latency]:
    """Every view that was asked since the processes started, the slowest p95 first."""
    buckets: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for metric in counted().collect():
        if metric.name == _HISTOGRAM:
            for sample in metric.samples:
                if sample.name.endswith("_bucket"):
                    place = sample.labels["view"], sample.labels["method"]
                    buckets[place].append((float(sample.labels["le"]), sample.value))
    found = [_latency(view, method, sorted(counts)) for (view, method), counts in buckets.items()]
    return sorted((each for each in found if each.requests), key=lambda each: -each.p95_ms)


def _latency(view: str, method: str, counts: Sequence[tuple[float, float]]) -> Latency:
    quantiles = [round(_quantile(share, counts) * 1000, 1) for share in (0.5, 0.95, 0.99)]
    return Latency(view, method, int(counts[-1][1]), *quantiles)


def _quantile(share: float, counts: Sequence[tuple[float, float]]) -> float:
    """Within the bucket in which it lies, by a straight line, as Prometheus' histogram_quantile does."""
    wanted, lower, below = share * counts[-1][1], 0.0, 0.0
    for upper, up_to in counts:
        if up_to >= wanted:
            if upper == float("inf") or up_to == below:
                return lower
            return lower + (upper - lower) * (wanted - below) / (up_to - below)
        lower, below = upper, up_to
    return lower
