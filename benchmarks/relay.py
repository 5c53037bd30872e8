"""The outbox: what publishing costs a request, how fast the relay delivers, and what NOTIFY would cost."""

import json
import subprocess
import sys
from dataclasses import asdict
from typing import Any

from benchmarks import notify, tables
from benchmarks.house import House, bearer
from benchmarks.load import Request
from tenon.testing.servers import ROOT, environment

EVENTS = 500


def run(house: House) -> dict[str, Any]:
    env = house.database("relay")
    results: dict[str, Any] = {"delivering": _delivering(house, env)}
    if house.database_url:
        url = env["DATABASE_URL"]
        results["notify"] = notify.run(url, rounds=house.rounds, seconds=house.seconds)
    server = house.serve("relay", env=env)
    signed_in = bearer(server)
    writing, publishing = house.compare(
        (server, Request("POST", "/benchmark/change/", signed_in, b"{}")),
        (server, Request("POST", "/benchmark/change/published/", signed_in, b"{}")),
    )
    return {
        **results,
        "publishing": {
            "without": asdict(writing),
            "with": asdict(publishing),
            "event_cpu_ms": publishing.cpu_ms - writing.cpu_ms,
        },
    }


def _delivering(house: House, env: dict[str, str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.relay_work", str(EVENTS), str(house.rounds)]
    done = subprocess.run(command, env=environment(env), cwd=ROOT, capture_output=True, text=True, check=True)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    figures["relay_to_bare_cpu"] = figures["relay"]["cpu_ms"] / figures["bare"]["cpu_ms"]
    figures["relay_to_bare_rate"] = figures["relay"]["rate"] / figures["bare"]["rate"]
    return figures


def show(results: dict[str, Any]) -> None:
    delivering, publishing = results["delivering"], results["publishing"]
    print(f"{'':44}{'CPU ms/event':>14}{'events/s':>12}")
    for title, name in (
        ("relay, a trivial handler", "relay"),
        ("relay, nobody listens", "relay_unheard"),
        ("bare loop, one row a transaction", "bare"),
        ("bare loop, a hundred rows a transaction", "bare_hundred"),
    ):
        print(f"{title:44}{delivering[name]['cpu_ms']:14.3f}{delivering[name]['rate']:12.0f}")
    print(f"The relay costs {delivering['relay_to_bare_cpu']:.2f} × the bare loop's CPU an event\n")
    tables.show({"a change": publishing["without"], "the same change, published": publishing["with"]})
    print(f"An event costs {publishing['event_cpu_ms']:.2f} ms of the request that publishes it")
    if found := results.get("notify"):
        print(
            f"{found['writers']} writers commit {found['commits_per_second']:.0f}/s, with NOTIFY"
            f" {found['commits_per_second_with_notify']:.0f}/s ({found['with_notify_to_without']:.2f} ×);"
            f" a listener hears after {found['heard_after_ms']:.1f} ms"
        )
