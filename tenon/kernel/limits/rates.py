"""Rates as people write them (`10/5min`), and what a counter answers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.core.exceptions import ImproperlyConfigured

from tenon.kernel.env import Env

_SECONDS = {
    "s": 1,
    "sec": 1,
    "second": 1,
    "m": 60,
    "min": 60,
    "minute": 60,
    "h": 3600,
    "hour": 3600,
    "d": 86400,
    "day": 86400,
}
_RATE = re.compile(rf"(?P<limit>[1-9]\d{{0,8}})/(?P<times>[1-9]\d{{0,4}})?(?P<unit>{'|'.join(_SECONDS)})s?")


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `limit` in `window` seconds."""

    limit: int
    window: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one counter says of one hit. `reset_after` and `window` are in seconds.

    A limit that is off, or that could not be counted, answers `window=0`: nothing to tell the caller.
    """

    name: str
    allowed: bool
    limit: int = 0
    remaining: int = 0
    reset_after: int = 0
    window: int = 0


@lru_cache(maxsize=256)
def parse(text: str) -> Rate | None:
    """`5/day`, `100/min`, `10/5min`; `off` is None. Raises ValueError for anything else."""
    word = text.strip().lower()
    if word == "off":
        return None
    match = _RATE.fullmatch(word)
    if match is None:
        raise ValueError(f"{text!r} is not a rate such as 100/min, 10/5min, 5/day or off.")
    return Rate(limit=int(match["limit"]), window=int(match["times"] or 1) * _SECONDS[match["unit"]])


def from_environment(env: Env, defaults: Mapping[str, str]) -> dict[str, str]:
    """`defaults` with each RATE_LIMIT_<NAME> that is set. Raises ImproperlyConfigured, naming the variable."""
    rates = {}
    for name, default in defaults.items():
        variable = f"RATE_LIMIT_{name.upper()}"
        rates[name] = env.text(variable, default=default)
        try:
            parse(rates[name])
        except ValueError as error:
            raise ImproperlyConfigured(f"{variable}: {error}") from None
    return rates
