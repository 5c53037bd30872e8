"""Count a hit under a named limit of settings.RATE_LIMITS, and learn whether it may pass.

A limit is a fixed window that the first hit opens. With REDIS_URL all counters of a call are one Lua script; without it
they are one upsert in the database. The names in settings.DURABLE_RATE_LIMITS (whatever guards a secret) are counted in
both: Redis refuses cheaply, the database remembers. When Redis is lost or comes back empty, they stay limited with the
count already spent; all others open, with an alarm.

A refused hit counts nowhere. Call this before a transaction is opened, so that nothing can roll the count back.
"""

import ipaddress
import logging
from collections.abc import Sequence
from contextlib import suppress
from contextvars import ContextVar
from itertools import zip_longest

from django.conf import settings

from tenon.kernel import clock, crypto, metrics, redis_client
from tenon.kernel.errors import TooManyRequests
from tenon.kernel.limits import database, redis_store
from tenon.kernel.limits.charges import Charge, Tally
from tenon.kernel.limits.rates import Verdict, parse
from tenon.kernel.redis_client import RedisLost

_log = logging.getLogger(__name__)

# The verdicts of the present request by name, for its headers; None where nobody asks for them.
observed: ContextVar[dict[str, Verdict] | None] = ContextVar("observed_limits", default=None)


def hit(name: str, subject: str, *, cost: int = 1) -> Verdict:
    """Count `cost` of `subject` under the limit `name`."""
    return hit_all([(name, subject)], cost=cost)[0]


def hit_all(counters: Sequence[tuple[str, str]], *, cost: int = 1) -> list[Verdict]:
    """Count several (name, subject) pairs in one round trip: all of them, or none where one is refused.

    A subject is an address, an email, an id; it is hashed before it is stored. IPv6 addresses count by their /64.
    """
    charges = {pair: each for pair in counters if (each := _charge(*pair)) is not None}
    tallies = dict(zip(charges, _count(list(charges.values()), cost=cost), strict=True)) if charges else {}
    verdicts = [_verdict(pair[0], charges.get(pair), tallies.get(pair)) for pair in counters]
    if (seen := observed.get()) is not None:
        seen.update({verdict.name: verdict for verdict in verdicts if verdict.window})
    for verdict in verdicts:
        if not verdict.allowed:
            metrics.limits_refused.labels(verdict.name).inc()
    return verdicts


def require(name: str, subject: str) -> None:
    """Count one hit. Raises TooManyRequests with `retry_after` in seconds when it is refused."""
    require_all([(name, subject)])


def require_all(counters: Sequence[tuple[str, str]]) -> None:
    """Count one hit under each. Raises TooManyRequests when any is refused; then none is counted."""
    refused = [verdict.reset_after for verdict in hit_all(counters) if not verdict.allowed]
    if refused:
        raise TooManyRequests(retry_after=max(refused))


def give_back(name: str, subject: str, *, cost: int = 1) -> None:
    """Undo one hit, because it turned out to be harmless (a sign-in that succeeded)."""
    give_back_all([(name, subject)], cost=cost)


def give_back_all(counters: Sequence[tuple[str, str]], *, cost: int = 1) -> None:
    """Undo one hit under each, in one round trip."""
    charges = [each for pair in counters if (each := _charge(*pair)) is not None]
    kept = charges
    if redis_client.configured():
        kept = [each for each in charges if each.durable]
        with suppress(RedisLost):
            redis_store.give_back(charges, cost=cost)
    database.give_back(kept, cost=cost, now=clock.now())
    if (seen := observed.get()) is not None:
        for name, _ in counters:
            seen.pop(name, None)


def forget(name: str, subject: str) -> None:
    """Begin anew with `subject`, because what was counted against it has lost its meaning (a new password)."""
    charge = _charge(name, subject)
    if charge is None:
        return
    if redis_client.configured():
        with suppress(RedisLost):
            redis_store.forget([charge])
    database.forget([charge])


def network(address: str) -> str:
    """What an address counts as: an IPv6 address as its /64, since whoever has one address there has all of them."""
    if ":" not in address:
        return address
    try:
        parsed = ipaddress.IPv6Address(address)
    except ValueError:
        return address
    return str(parsed.ipv4_mapped or ipaddress.IPv6Network((parsed, 64), strict=False))


def _charge(name: str, subject: str) -> Charge | None:
    rate = parse(settings.RATE_LIMITS[name])
    if rate is None:
        return None
    digest = crypto.mac("limits", f"{name}\0{network(subject)}".encode()).hex()[:32]
    return Charge(key=f"{name}:{digest}", rate=rate, durable=name in settings.DURABLE_RATE_LIMITS)


def _count(charges: Sequence[Charge], *, cost: int) -> Sequence[Tally | None]:
    now = clock.now()
    if not redis_client.configured():
        return database.charge(charges, cost=cost, now=now)
    durable = [each for each in charges if each.durable]
    quick: Sequence[Tally] = ()
    try:
        quick = redis_store.charge(charges, cost=cost)
    except RedisLost as lost:
        _raise_alarm([each for each in charges if not each.durable], fresh=lost.__cause__ is not None)
    if not durable or not all(tally.allowed for tally in quick):
        return quick or [None] * len(charges)
    kept = dict(zip(durable, database.charge(durable, cost=cost, now=now), strict=True))
    if quick and not all(tally.allowed for tally in kept.values()):
        with suppress(RedisLost):
            redis_store.give_back(charges, cost=cost)
    return [kept.get(each, tally) for each, tally in zip_longest(charges, quick)]


def _raise_alarm(opened: Sequence[Charge], *, fresh: bool) -> None:
    names = [each.key.partition(":")[0] for each in opened]
    for name in names:
        metrics.limits_opened.labels(name).inc()
    if names and fresh:
        _log.error("limits_opened", extra={"names": names})


def _verdict(name: str, charge: Charge | None, tally: Tally | None) -> Verdict:
    if charge is None or tally is None:
        return Verdict(name=name, allowed=True)
    return Verdict(
        name=name,
        allowed=tally.allowed,
        limit=charge.rate.limit,
        remaining=tally.remaining,
        reset_after=max(1, -(-tally.reset_after // 1000)),
        window=charge.rate.window,
    )
