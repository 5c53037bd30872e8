"""What one evaluation of a flag costs, out of the memory of the process."""

import time
from collections.abc import Callable
from statistics import median
from typing import Any
from uuid import UUID

import django

from benchmarks.house import House

MOST_US = 20.0
CALLS = 20_000


def run(house: House) -> dict[str, Any]:
    django.setup()
    return {name: _microseconds(call, rounds=house.rounds) for name, call in _calls().items()}


def show(results: dict[str, Any]) -> None:
    for name, microseconds in results.items():
        if isinstance(microseconds, float):
            print(f"{name:<55} {microseconds:6.2f} µs (target: under {MOST_US:.0f})")


def _calls() -> dict[str, Callable[[], object]]:
    """By what each shows. The flags are put where the process keeps them, as if they had just been read."""
    from tenon.kernel.principal import Principal, PrincipalKind
    from tenon.platform.flags import services
    from tenon.platform.flags.engines import definitions
    from tenon.platform.flags.selectors.snapshot import snapshot

    words = frozenset(f"area{number}:read" for number in range(40))
    person = Principal(PrincipalKind.USER, UUID(int=7), organization_id=UUID(int=8), permissions=words)
    crowd = [str(UUID(int=number)) for number in range(1000, 2000)]
    shapes: dict[str, dict[str, Any]] = {
        "off": {"is_enabled": False},
        "static": {"rest": True},
        "share": {"rules": [{"percentage": 50}]},
        "last": {"rules": [*({"users": crowd, "permissions": ["no:such"]} for _ in range(19)), {"percentage": 99}]},
        "roles": {"rules": [*({"roles": ["admin"]} for _ in range(10))]},
        "variants": {
            "rules": [{"percentage": 99}],
            "variants": [{"name": name, "value": name, "weight": 25} for name in ("a", "b", "c", "d")],
        },
    }
    usual = {"is_enabled": True, "is_exposed": False, "rest": False, "sticky_by": "caller", "rules": [], "variants": []}
    flags = {key: definitions.read(key=key, **{**usual, **shape}) for key, shape in shapes.items()}
    flags |= {f"other{number}": definitions.read(key=f"other{number}", **usual) for number in range(500)}
    snapshot._flags, snapshot._ask_at = flags, float("inf")
    return {
        "switched off": lambda: services.evaluate("off", principal=person),
        "the same for everybody": lambda: services.evaluate("static", principal=person),
        "a share of callers": lambda: services.evaluate("share", principal=person),
        "a share and four variants": lambda: services.evaluate("variants", principal=person),
        "ten rules for a role": lambda: services.evaluate("roles", principal=person),
        "the last of twenty rules, 1000 people in each other": lambda: services.evaluate("last", principal=person),
        "no such flag": lambda: services.evaluate("missing", principal=person),
    }


def _microseconds(call: Callable[[], object], *, rounds: int) -> float:
    """CPU microseconds of one call: the median of rounds of many, after one that does not count."""
    taken = []
    for _ in range(rounds + 1):
        began = time.process_time()
        for _ in range(CALLS):
            call()
        taken.append((time.process_time() - began) * 1e6 / CALLS)
    return median(taken[1:])
