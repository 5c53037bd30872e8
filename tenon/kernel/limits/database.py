"""Counters in the database: one atomic upsert for all of a request, on every supported engine."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime
from itertools import chain

from django.db import connection, transaction

from tenon.kernel.limits.charges import Charge, Tally

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
    "INSERT INTO limits_counter (id, remaining, expires_at) {rows} ON CONFLICT (id) DO UPDATE SET "  # nosec B608
    + _COUNT.format(old="limits_counter", new_remaining="excluded.remaining", new_expires_at="excluded.expires_at")
    + "RETURNING id, remaining, expires_at"
)
# MySQL assigns from left to right, so `remaining` still sees the old `expires_at`.
_ON_DUPLICATE = (
    "INSERT INTO limits_counter (id, remaining, expires_at) {rows} ON DUPLICATE KEY UPDATE "
    + _COUNT.format(old="limits_counter", new_remaining="VALUES(remaining)", new_expires_at="VALUES(expires_at)")
)
_READ_BACK = "SELECT id, remaining, expires_at FROM limits_counter WHERE id IN ({marks})"
_GIVE_BACK = """
UPDATE limits_counter SET remaining = CASE WHEN remaining < 0 THEN %s - 1 - remaining ELSE remaining + %s END {source}
WHERE id = %s AND expires_at > %s AND remaining <= %s
"""
# What guards no secret need not wait for the disk: in a crash PostgreSQL then loses the last moments at most. The
# setting ends with the statement's own transaction.
_UNHURRIED = "(SELECT set_config('synchronous_commit', 'off', true)) AS unhurried"


def charge(charges: Sequence[Charge], *, cost: int, now: datetime) -> list[Tally]:
    """Count all of `charges`, or none of them where one is refused; in the order given.

    Commits by itself, so that what follows cannot undo it. Raises RuntimeError inside an open transaction.
    """
    at = _milliseconds(now)
    with _own_transaction():
        counted = _upsert(sorted(charges, key=lambda each: each.key), cost=cost, at=at)
    tallies = [counted[each.key] for each in charges]
    if all(tally.allowed for tally in tallies):
        return tallies
    give_back([each for each in charges if counted[each.key].allowed], cost=cost, now=now)
    return [replace(tally, remaining=tally.remaining + cost) if tally.allowed else tally for tally in tallies]


def give_back(charges: Sequence[Charge], *, cost: int, now: datetime) -> None:
    """Undo one charge of each, never past its limit and never in a window that is over.

    One statement each: several in one could wait for each other with an upsert that takes the rows in its own order.
    """
    source = f"FROM {_UNHURRIED}" if connection.vendor == "postgresql" else ""
    for each in charges:
        with _own_transaction(), connection.cursor() as cursor:
            parameters: list[str | int] = [cost, cost, each.key, _milliseconds(now), each.rate.limit - cost]
            cursor.execute(_GIVE_BACK.format(source=source), parameters)


def forget(charges: Sequence[Charge]) -> None:
    """Close the windows of `charges`: the next hit opens new ones."""
    for each in charges:
        with _own_transaction(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM limits_counter WHERE id = %s", [each.key])


def _upsert(charges: Sequence[Charge], *, cost: int, at: int) -> dict[str, Tally]:
    """Rows sorted by key lock in one order, so two requests never wait for each other."""
    rows: list[tuple[str | int, ...]] = [
        (each.key, _first(each, cost=cost), at + each.rate.window * 1000) for each in charges
    ]
    values = ", ".join(["(%s, %s, %s)"] * len(rows))
    parameters: list[str | int] = [*chain.from_iterable(rows), at, cost, cost, cost, cost, at]
    with connection.cursor() as cursor:
        if connection.vendor == "mysql":
            with transaction.atomic():
                cursor.execute(_ON_DUPLICATE.format(rows=f"VALUES {values}"), parameters)
                keys: list[str | int] = [each.key for each in charges]
                cursor.execute(_READ_BACK.format(marks=", ".join(["%s"] * len(keys))), keys)
                found = cursor.fetchall()
        else:
            hurried = connection.vendor != "postgresql" or any(each.durable for each in charges)
            source = f"VALUES {values}" if hurried else f"SELECT v.* FROM (VALUES {values}) AS v, {_UNHURRIED}"  # nosec B608
            cursor.execute(_ON_CONFLICT.format(rows=source), parameters)
            found = cursor.fetchall()
    return {key: _tally(remaining, expires_at - at) for key, remaining, expires_at in found}


def _first(charge: Charge, *, cost: int) -> int:
    """What is left in a new window; a cost above the whole limit is refused there too."""
    return charge.rate.limit - cost if cost <= charge.rate.limit else -1 - charge.rate.limit


def _tally(remaining: int, reset_after: int) -> Tally:
    if remaining < 0:
        return Tally(allowed=False, remaining=-1 - remaining, reset_after=reset_after)
    return Tally(allowed=True, remaining=remaining, reset_after=reset_after)


def _own_transaction() -> AbstractContextManager[object]:
    """Autocommit; within a transaction of somebody else's, which could roll the count back, an error."""
    return transaction.atomic(durable=True) if connection.in_atomic_block else nullcontext()


def _milliseconds(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)
