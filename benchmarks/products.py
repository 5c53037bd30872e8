"""A shop's hottest reads in the process: the page of a product and the list by price, against how they were built."""

import json
from typing import Any

from benchmarks.house import EMAIL, House, run_code

_CODE = "from benchmarks.products_inside import main; main(email={email!r}, rounds={rounds})"
_READS = {"detail": "the page of a product", "list_by_price": "the list by price"}


def run(house: House) -> dict[str, Any]:
    env = house.database("products")
    costs = json.loads(run_code(_CODE.format(email=EMAIL, rounds=house.rounds), env=env))
    ratios = {f"{name}_before_to_ours": costs[f"{name}_before"] / costs[name] for name in _READS}
    return {"cpu_ms": costs, **ratios}


def show(results: dict[str, Any]) -> None:
    costs = results["cpu_ms"]
    for name, title in _READS.items():
        ours, before = costs[name], costs[f"{name}_before"]
        print(f"{title:<24} {ours:6.3f} ms of CPU a call; built anew {before:6.3f} ms, {before / ours:.1f} ×")
