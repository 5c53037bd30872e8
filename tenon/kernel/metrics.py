"""What the house counts about itself, beside what django-prometheus counts of requests and queries."""

from prometheus_client import Counter, Histogram
from prometheus_client.registry import Collector

refused_sign_ins = Counter("tenon_refused_sign_ins_total", "Refused sign-ins, by reason.", ["reason"])
limits_refused = Counter("tenon_limits_refused_total", "Requests refused by a rate limit.", ["name"])
limits_opened = Counter("tenon_limits_opened_total", "Hits let through uncounted, because Redis was lost.", ["name"])
outbox_attempts = Counter("tenon_outbox_attempts_total", "Attempts at outbox rows, by outcome.", ["name", "outcome"])
outbox_seconds = Histogram(
    "tenon_outbox_seconds",
    "How long attempts at outbox rows took.",
    ["name"],
    buckets=(0.005, 0.025, 0.1, 0.5, 2.5, 10, 60),
)
idempotent_requests = Counter(
    "tenon_idempotent_requests_total", "Requests with an Idempotency-Key, by what became of them.", ["outcome"]
)
retried_transactions = Counter(
    "tenon_retried_transactions_total", "Transactions that were ended for others to go on, and done again.", ["work"]
)
webhook_attempts = Counter("tenon_webhook_attempts_total", "Attempts at webhooks, by outcome.", ["outcome"])
webhook_seconds = Histogram(
    "tenon_webhook_seconds",
    "How long attempts at webhooks took.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 20),
)
webhooks_disabled = Counter("tenon_webhook_endpoints_disabled_total", "Endpoints that were disabled.", ["reason"])

collectors: list[Collector] = []


def register_collector(collector: Collector) -> None:
    """Have what an app measures when it is asked shown beside the counters. Called when the apps are ready."""
    collectors.append(collector)
