"""The list of notifications: against the baseline, an ordinary view, and a raw one with the same statements."""

import json
from dataclasses import asdict
from typing import Any

from benchmarks import tables
from benchmarks.house import EMAIL, House, bearer, run_code
from benchmarks.load import Request

LIST = "/api/v1/notifications/"

_CODE = "from benchmarks.notifications_inside import main; main(email={email!r}, rounds={rounds})"


def run(house: House) -> dict[str, Any]:
    env = house.database("notifications")
    house.analyze(env)
    costs = json.loads(run_code(_CODE.format(email=EMAIL, rounds=house.rounds), env=env))
    limited = {**env, "BENCH_LIMITS": "on", "REDIS_URL": house.redis()}
    server = house.serve("whole", env=limited)
    baseline, theirs = house.serve_baseline("baseline", env=limited)
    ours, ordinary = house.compare(
        (server, Request("GET", LIST, bearer(server))), (baseline, Request("GET", LIST, theirs))
    )
    return {
        "whole": {"ours": asdict(ours), "baseline": asdict(ordinary)},
        "baseline_to_ours_cpu": ordinary.cpu_ms / ours.cpu_ms,
        "cpu_ms": costs,
        "ordinary_to_ours": costs["ordinary"] / costs["ours"],
        "ours_to_raw": costs["ours"] / costs["raw"],
    }


def show(results: dict[str, Any]) -> None:
    tables.show({f"notifications, {title}": each for title, each in results["whole"].items()})
    for name, cost in results["cpu_ms"].items():
        print(f"{name:<10} {cost:6.3f} ms of CPU a call")
    print(f"The baseline costs {results['baseline_to_ours_cpu']:.1f} × ours, over HTTP and limits included")
    print(f"An ordinary view costs {results['ordinary_to_ours']:.1f} × ours in the process (target: at least 5)")
    print(f"Ours costs {results['ours_to_raw']:.2f} × a raw view (target: at most 1.4)")
