"""What rate limits and Idempotency-Keys cost a request: the same view with and without them."""

from dataclasses import asdict
from typing import Any

from benchmarks import tables
from benchmarks.house import House, bearer
from benchmarks.load import Request
from benchmarks.pairs import Round
from tenon.testing import faults

LOOK, WRITE = "/benchmark/empty/member/", "/benchmark/write/"


def run(house: House) -> dict[str, Any]:
    env = house.database("guards")
    free = house.serve("free", env=env)
    signed_in = bearer(free)
    look = Request("GET", LOOK, signed_in)

    counted = house.serve("counted", env={**env, "BENCH_LIMITS": "on"})
    results = {"limits, in the database": _pair(*house.compare((free, look), (counted, look)))}
    try:
        redis = house.stack.enter_context(faults.redis())
    except faults.NotInstalled as missing:
        print(f"limits in Redis are not measured: {missing}")
    else:
        quick = house.serve("quick", env={**env, "BENCH_LIMITS": "on", "REDIS_URL": redis.url})
        results["limits, in Redis"] = _pair(*house.compare((free, look), (quick, look)))

    write = Request("POST", WRITE, signed_in, b"{}")
    first = Request("POST", WRITE, {**signed_in, "Idempotency-Key": "{unique}"}, b"{}")
    again = Request("POST", WRITE, {**signed_in, "Idempotency-Key": "the same"}, b"{}")
    results["a new key"] = _pair(*house.compare((free, write), (free, first)))
    results["a repeated key"] = _pair(*house.compare((free, write), (free, again)))
    return results


def _pair(without: Round, guarded: Round) -> dict[str, Any]:
    return {"without": asdict(without), "with": asdict(guarded), "cost_cpu_ms": guarded.cpu_ms - without.cpu_ms}


def show(results: dict[str, Any]) -> None:
    pairs = {title: pair for title, pair in results.items() if title != "machine"}
    tables.show({f"{title}: {side}": pair[side] for title, pair in pairs.items() for side in ("without", "with")})
    for title, pair in pairs.items():
        print(f"{title}: {pair['cost_cpu_ms']:+.2f} CPU ms a request")
