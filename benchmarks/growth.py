"""The list, its last pages and the search, of shops that are ten times as large each: ours and the baseline's."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import charts, tables
from benchmarks.commerce import make_shop
from benchmarks.house import House, bearer, run_code
from benchmarks.load import Request
from benchmarks.shop_requests import BASELINE_SEARCH, LIST, RARE, SEARCH

LIMIT = 20
FLAT, DEEP = 1.5, 1000  # times the first page at most; times the last one, with an offset, at least

OURS = ("first page", "last page", "search, one product", "search")

_PAGES = "from benchmarks.pages import main; main({shop!r})"


def run(house: House) -> dict[str, Any]:
    env = house.database("growth")
    shops = [make_shop(env, size) for size in house.products]
    house.analyze(env)
    limited = {**env, "BENCH_LIMITS": "on", "REDIS_URL": house.redis()}
    server = house.serve("growth", env=limited)
    baseline, token = house.serve_baseline("baseline", env=limited)
    signed_in = bearer(server)
    found, statements = {}, {}
    for shop in shops:
        statements[str(shop["products"])] = json.loads(run_code(_PAGES.format(shop=shop), env=env).splitlines()[-1])
        here = {"X-Organization-ID": shop["organization"]}
        last = (shop["products"] - 1) // LIMIT * LIMIT
        asked = {
            "first page": (server, Request("GET", f"{LIST}?limit={LIMIT}", {**signed_in, **here})),
            "last page": (
                server,
                Request("GET", f"{LIST}?limit={LIMIT}&cursor={shop['cursor']}", {**signed_in, **here}),
            ),
            "search": (server, Request("GET", SEARCH, {**signed_in, **here})),
            "search, one product": (server, Request("GET", RARE, {**signed_in, **here})),
            "baseline: first page": (baseline, Request("GET", LIST, {**token, **here})),
            "baseline: last page": (baseline, Request("GET", f"{LIST}?limit={LIMIT}&offset={last}", {**token, **here})),
            "baseline: search": (baseline, Request("GET", BASELINE_SEARCH, {**token, **here})),
        }
        rounds = house.compare(*asked.values())
        found[str(shop["products"])] = dict(zip(asked, map(asdict, rounds), strict=True))
    seeding = {str(shop["products"]): shop["seeding"] for shop in shops}
    return {"seeding": seeding, "statements": statements, "sizes": found}


def show(results: dict[str, Any]) -> None:
    sizes = results["sizes"]
    for size, took in results["seeding"].items():
        seconds, python = took["seconds"], took["python_cpu_seconds"]
        print(f"{int(size):,} products made in {seconds:.0f} s, {python:.0f} s of them Python's")
    for size, each in sizes.items():
        print(f"\n{int(size):,} products")
        tables.show(each)
    least, most = next(iter(sizes.values())), list(sizes.values())[-1]
    for name in OURS:
        ratio = most[name]["p50_ms"] / least[name]["p50_ms"]
        print(f"{name}: the median at the largest is {ratio:.2f} × that at the smallest (target: flat)")
    for size, ways in results["statements"].items():
        first, last, offset = ways["first page"], ways["last page, cursor"], ways["last page, offset"]
        print(
            f"{int(size):,} products, the statement alone: first page {first:.2f} ms, the last one by its cursor "
            f"{last / first:.2f} × (target: at most {FLAT}), by an offset {offset / last:.0f} × that "
            f"(target at 1,000,000: at least {DEEP:,})"
        )


def draw(results: dict[str, Any], path: Path) -> None:
    """The medians by size, as lines."""
    sizes = results["sizes"]
    names = next(iter(sizes.values()))
    charts.lines(
        path,
        "median ms over HTTP, by products of the shop",
        {name: [(int(size), each[name]["p50_ms"]) for size, each in sizes.items()] for name in names},
    )
