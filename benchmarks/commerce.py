"""Product list, detail, search and checkout: against the baseline with and without prefetch, and raw views."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from http.client import HTTPConnection
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks import charts, tables
from benchmarks.house import EMAIL, PASSWORD, House, bearer, run_code
from benchmarks.inside import Worker, compare
from benchmarks.load import Request
from benchmarks.shop_requests import BASELINE_SEARCH, CHECKOUT, CUSTOMER, LIST, ORDER, SEARCH
from tenon.testing.servers import ApiServer

WAYS = ("ours", "raw", "baseline", "naive")
# How many times our CPU the baseline takes at least, and how many times the raw view's ours may be.
TARGETS = {"list": (5.0, 1.4), "detail": (2.5, 3.2), "search": (2.5, 3.2)}
CHECKOUT_TARGET = 2.4
MOST_CHECKOUTS = 300  # a second, of each

_CUSTOMER = "from benchmarks.shops import make_customer; make_customer(password={password!r})"
_SHOP = "from benchmarks.shops import make_shop; make_shop(email={email!r}, size={size})"
_CARTS = "from benchmarks.shops import make_carts; make_carts(organization_id={shop!r}, number={number})"


def make_customer(env: dict[str, str]) -> None:
    """Somebody who is no shop's staff."""
    run_code(_CUSTOMER.format(password=PASSWORD), env=env)


def make_shop(env: dict[str, str], size: int) -> dict[str, Any]:
    """A shop of so many products."""
    made: dict[str, Any] = json.loads(run_code(_SHOP.format(email=EMAIL, size=size), env=env).splitlines()[-1])
    return made


def run(house: House) -> dict[str, Any]:
    env = house.database("commerce")
    make_customer(env)
    shop = make_shop(env, house.products[0])
    house.analyze(env)
    limited = {**env, "BENCH_LIMITS": "on", "REDIS_URL": house.redis()}
    server = house.serve("commerce", env=limited)
    baseline, token = house.serve_baseline("baseline", env=limited)
    here = {"X-Organization-ID": shop["organization"]}
    headers = {"ours": {**bearer(server, CUSTOMER), **here}, "theirs": {**token, **here}}
    whole = {
        name: dict(
            zip(
                WAYS,
                _rounds(
                    house,
                    *((server, Request("GET", path, headers["ours"])) for path in paths[:2]),
                    *((baseline, Request("GET", path, headers["theirs"])) for path in paths[2:]),
                ),
                strict=True,
            )
        )
        for name, paths in _paths(shop["product"]).items()
    }
    whole["guests' list"] = _guests(house, server, here)
    whole["checkout"] = _checkout(house, server, baseline, here, env)
    return {"products": shop["products"], "whole": whole, "inside": _inside(house, env, shop)}


def _paths(product: str) -> dict[str, tuple[str, str, str, str]]:
    """Ours, the raw view, the baseline, the baseline without prefetch."""
    one = f"{LIST}{product}/"
    raw_search = SEARCH.replace(f"{LIST}search/", "/benchmark/search/raw/")
    return {
        "list": (f"{LIST}?limit=20", "/benchmark/products/raw/?limit=20", LIST, f"{LIST}naive/"),
        "detail": (one, f"/benchmark/products/{product}/raw/", one, f"{one}naive/"),
        "search": (SEARCH, raw_search, BASELINE_SEARCH, BASELINE_SEARCH.replace(LIST, f"{LIST}naive/")),
    }


def _rounds(house: House, *asked: tuple[ApiServer, Request]) -> Iterator[dict[str, Any]]:
    return map(asdict, house.compare(*asked))


def _guests(house: House, server: ApiServer, here: dict[str, str]) -> dict[str, Any]:
    """What guests are given, and what those are told who have a copy that still holds."""
    path = f"{LIST}?limit=20"
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", path, headers=here)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    kept = {**here, "If-None-Match": answer.headers["ETag"]}
    asked = (Request("GET", path, here), Request("GET", path, kept, status=304))
    return dict(zip(("ours", "not modified"), _rounds(house, *((server, each) for each in asked)), strict=True))


def _checkout(
    house: House, server: ApiServer, baseline: ApiServer, here: dict[str, str], env: dict[str, str]
) -> dict[str, Any]:
    """Carts of three lines each are ordered by guests, every cart once."""
    number = int((house.rounds + 1) * house.seconds * MOST_CHECKOUTS)
    code = _CARTS.format(shop=here["X-Organization-ID"], number=2 * number)
    carts = json.loads(run_code(code, env=env).splitlines()[-1])
    house.analyze(env)
    body = json.dumps(ORDER).encode()

    def order(headers: dict[str, str], values: Iterable[str]) -> Request:
        return Request("POST", CHECKOUT, {**here, **headers}, body, status=201, values=iter(values))

    ours = order({"X-Cart-Token": "{next}", "Idempotency-Key": "{unique}"}, islice(carts["tokens"], number))
    theirs = order({"X-Cart-ID": "{next}"}, islice(carts["ids"], number, None))
    return dict(zip(("ours", "naive"), _rounds(house, (server, ours), (baseline, theirs)), strict=True))


def _inside(house: House, env: dict[str, str], shop: dict[str, Any]) -> dict[str, dict[str, float]]:
    """CPU milliseconds of a call in the process, by what is asked and who answers."""
    theirs = {**env, "DJANGO_SETTINGS_MODULE": "benchmarks.baseline.settings"}
    theirs["BASELINE_DATABASE_URL"] = env.get("ADMIN_DATABASE_URL") or env["DATABASE_URL"]
    found = {}
    ours = Worker("benchmarks.shop_calls", env=env, shop=shop, stack=house.stack)
    baseline = Worker("benchmarks.baseline.shop_calls", env=theirs, shop=shop, stack=house.stack)
    for name in TARGETS:
        ways = ((ours, name), (ours, f"raw {name}"), (baseline, name), (baseline, f"naive {name}"))
        found[name] = dict(zip(WAYS, compare(ways, rounds=house.rounds), strict=True))
    return found


def show(results: dict[str, Any]) -> None:
    tables.show({f"{name}, {way}": each for name, ways in results["whole"].items() for way, each in ways.items()})
    for name, cost in results["inside"].items():
        print(f"{name:<10}{''.join(f'{way} {ms:6.2f} ms   ' for way, ms in cost.items())}of CPU a call, in the process")
    for name, (least, most) in TARGETS.items():
        costs = {"in the process": results["inside"][name]}
        costs["over HTTP"] = {way: each["cpu_ms"] for way, each in results["whole"][name].items()}
        for where, cost in costs.items():
            ours = cost["ours"]
            print(
                f"{name}, {where}: the baseline costs {cost['baseline'] / ours:.1f} × ours (target: at least {least}), "
                f"without prefetch {cost['naive'] / ours:.1f} ×; ours costs {ours / cost['raw']:.2f} × a raw view "
                f"(target: at most {most})"
            )
    checkout = results["whole"]["checkout"]
    ratio = checkout["naive"]["cpu_ms"] / checkout["ours"]["cpu_ms"]
    print(f"checkout: the naive one costs {ratio:.2f} × ours (target: at least {CHECKOUT_TARGET})")


def draw(results: dict[str, Any], path: Path) -> None:
    """CPU milliseconds of each, over HTTP and in the process, as bars."""
    over_http = {name: {way: each["cpu_ms"] for way, each in ways.items()} for name, ways in results["whole"].items()}
    charts.bars(path, {"a request over HTTP": over_http, "a call in the process": results["inside"]})
