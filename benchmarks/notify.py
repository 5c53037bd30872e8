"""Commits that publish, by eight writers at once, with and without NOTIFY; and how soon a listener hears."""

import json
import threading
import time
from statistics import median
from typing import Any

import psycopg

WRITERS = 8
_INSERT = (
    "INSERT INTO outbox_entry (id, kind, name, payload, secret, aggregate, created_at, available_at, attempts,"
    " last_error) VALUES (gen_random_uuid(), 'event', 'benchmarks.unheard', %s, false, '', now(), now(), 0, '')"
)


def run(url: str, *, rounds: int, seconds: float) -> dict[str, Any]:
    """Medians of commits a second, in turn after one round of each that does not count; and of latencies in ms."""
    seen: dict[bool, list[float]] = {False: [], True: []}
    for count in range(rounds + 1):
        for notifying, rates in seen.items():
            rate = _commits(url, notifying=notifying, seconds=seconds)
            if count:
                rates.append(rate)
    plain, notifying = median(seen[False]), median(seen[True])
    return {
        "writers": WRITERS,
        "commits_per_second": plain,
        "commits_per_second_with_notify": notifying,
        "with_notify_to_without": notifying / plain,
        "heard_after_ms": _latency(url),
    }


def _commits(url: str, *, notifying: bool, seconds: float) -> float:
    counts: list[int] = []
    start, until = threading.Barrier(WRITERS), time.monotonic() + seconds + 1

    def write() -> None:
        committed = 0
        with psycopg.connect(url) as connection:
            start.wait()
            began = time.monotonic()
            while time.monotonic() < min(until, began + seconds):
                connection.execute(_INSERT, [json.dumps({"number": committed})])
                if notifying:
                    connection.execute("NOTIFY outbox")
                connection.commit()
                committed += 1
        counts.append(committed)

    threads = [threading.Thread(target=write) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def _latency(url: str, *, times: int = 50) -> float:
    found = []
    with psycopg.connect(url, autocommit=True) as listener, psycopg.connect(url, autocommit=True) as writer:
        listener.execute("LISTEN outbox")
        for _ in range(times):
            began = time.perf_counter()
            writer.execute("NOTIFY outbox")
            next(listener.notifies(timeout=5, stop_after=1))
            found.append((time.perf_counter() - began) * 1000)
    return median(found)
