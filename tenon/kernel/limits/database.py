"""Counters in the database: one atomic upsert for all of a request, on every supported engine."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from itertools import chain

from django.db import connection, transaction
from django.db.models import Case, F, When

from tenon.kernel.limits.charges import Charge, Tally
from tenon.kernel.limits.models import Counter

# The old row decides: a new window, enough left, refused (the sign says so), and the same two after a refusal.
_COUNT = """
remaining = CASE
  WHEN {old}.expires_at <= %s THEN {new_remaining}
  WHEN {old}.remaining >= %s THEN {old}.remaining - %s
  WHEN {old}.remaining >= 0 THEN -1 - {old}.remaining
  WHEN -1 - {old}.remaining >= %s THEN -1 - {old}.remaining - %s
  ELSE {old}.remaining END,
expires_at = CASE WHEN {old}.expires_at <= %s THEN {new_expires_at} ELSE {old}.expires_at END
"""
_ON_CONFLICT = (
    "INSERT INTO limits_counter (id, remaining, expires_at) {rows} ON CONFLICT (id) DO UPDATE SET "
    + _COUNT.format(old="limits_counter", new_remaining="excluded.remaining", new_expires_at="excluded.expires_at")
    + "RETURNING id, remaining, expires_at"
)
# MySQL assigns from left to right, so `remaining` still sees the old `expires_at`.
_ON_DUPLICATE = (
    "INSERT INTO limits_counter (id, remaining, expires_at) {rows} ON DUPLICATE KEY UPDATE "
    + _COUNT.format(old="limits_counter", new_remaining="VALUES(remaining)", new_expires_at="VALUES(expires_at)")
)
_READ_BACK = "SELECT id, remaining, expires_at FROM limits_counter WHERE id IN ({marks})"
# A limit that guards no secret need not wait for the disk: PostgreSQL then loses at most its last moments in a crash.
_UNHURRIED = "SELECT v.* FROM (VALUES {values}) AS v, (SELECT set_config('synchronous_commit', 'off', true)) AS quick"


def charge(charges: Sequence[Charge], *, cost: int, now: datetime) -> list[Tally]:
    """Count all of `charges`, or none of them where one is refused; in the order given.

    Commits by itself, so that what follows cannot undo it. Raises RuntimeError inside an open transaction.
    """
    at = _milliseconds(now)
    with _own_transaction():
        counted = _upsert(sorted(charges, key=lambda each: each.key), cost=cost, at=at)
    tallies = [counted[each.key] for each in charges]
    if not all(tally.allowed for tally in tallies):
        for each, tally in zip(charges, tallies, strict=True):
            if tally.allowed:
                give_back(each, cost=cost, now=now)
    return tallies


def give_back(given: Charge, *, cost: int, now: datetime) -> None:
    """Undo one charge, never past the limit and never in a window that is over."""
    counters = Counter.objects.filter(
        id=given.key, expires_at__gt=_milliseconds(now), remaining__lte=given.rate.limit - cost
    )
    with _own_transaction():
        counters.update(
            remaining=Case(When(remaining__lt=0, then=cost - 1 - F("remaining")), default=F("remaining") + cost)
        )


def _upsert(charges: Sequence[Charge], *, cost: int, at: int) -> dict[str, Tally]:
    """Rows sorted by key lock in one order, so two requests never wait for each other."""
    rows = [(each.key, each.rate.limit - cost, at + each.rate.window * 1000) for each in charges]
    values = ", ".join(["(%s, %s, %s)"] * len(rows))
    parameters = [*chain.from_iterable(rows), at, cost, cost, cost, cost, at]
    with connection.cursor() as cursor:
        if connection.vendor == "mysql":
            with transaction.atomic():
                cursor.execute(_ON_DUPLICATE.format(rows=f"VALUES {values}"), parameters)
                keys = [each.key for each in charges]
                cursor.execute(_READ_BACK.format(marks=", ".join(["%s"] * len(keys))), keys)
                found = cursor.fetchall()
        else:
            unhurried = connection.vendor == "postgresql" and not any(each.durable for each in charges)
            source = _UNHURRIED.format(values=values) if unhurried else f"VALUES {values}"
            cursor.execute(_ON_CONFLICT.format(rows=source), parameters)
            found = cursor.fetchall()
    return {key: _tally(remaining, expires_at - at) for key, remaining, expires_at in found}


def _tally(remaining: int, reset_after: int) -> Tally:
    if remaining < 0:
        return Tally(allowed=False, remaining=-1 - remaining, reset_after=reset_after)
    return Tally(allowed=True, remaining=remaining, reset_after=reset_after)


def _own_transaction() -> AbstractContextManager[object]:
    """Autocommit; within a transaction of somebody else's, which could roll the count back, an error."""
    return transaction.atomic(durable=True) if connection.in_atomic_block else nullcontext()


def _milliseconds(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)
