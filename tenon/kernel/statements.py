"""Reads whose SQL is built once and run many times, for what every request asks.

Django takes longer to build a query than PostgreSQL to answer it. A `Statement` builds it the first time and keeps the
text; after that only values are put in their places. It stays within the open scope, as the queryset itself would.

    _EMAILS = Statement(lambda user_id: User.objects.filter(pk=user_id).values_list("email"), user_id=UUID)
    _EMAILS.rows(user_id=someone)  # [("ada@example.com",)]
"""

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4
from weakref import WeakKeyDictionary

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

from tenon.kernel.tenancy import scopes
from tenon.kernel.tenancy.models import OwnedModel
from tenon.kernel.tenancy.scope import Scope, ScopeKind

Rows = QuerySet[Any, Any]
_SCOPE = "open scope"  # no parameter of a function can have this name


@dataclass(frozen=True, slots=True)
class _Slot:
    """Where the value `name` goes; within a pattern of LIKE, what stands around it there."""

    name: str
    around: tuple[str, str] | None = None

    def filled(self, values: Mapping[str, Any], connection: BaseDatabaseWrapper) -> Any:
        value = values[self.name]
        if self.around is None:
            return value
        before, after = self.around
        return f"{before}{connection.ops.prep_for_like_query(value)}{after}"


@dataclass(frozen=True, slots=True)
class _Text:
    sql: str
    params: tuple[Any, ...]
    compiler: SQLCompiler
    converters: Any


class Statement:
    """A read by `build`, which makes a queryset with `values_list` out of its keyword arguments.

    `kinds` says of which type each argument is: UUID, str, int, Decimal, datetime or date. They may only be compared
    with columns, each at least once: `build` is called once, with stand-ins, whatever the values are later. What they
    are compared by may be a lookup that makes a pattern of a text, such as `icontains`.
    """

    def __init__(self, build: Callable[..., Rows], **kinds: type) -> None:
        self._build = build
        self._kinds = kinds
        self._texts: WeakKeyDictionary[BaseDatabaseWrapper, dict[ScopeKind | None, _Text]] = WeakKeyDictionary()
        self._alias = ""
        self._is_owned = False

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """What the queryset would give for these values, one query. Raises NoScope as it would."""
        text, found = self._asked(values, "{}")
        if text.converters:
            return [tuple(row) for row in text.compiler.apply_converters(found, text.converters)]
        return list(found)

    def count(self, **values: Any) -> int:
        """How many rows there are for these values; where `build` slices, no more than it takes. One query."""
        _, found = self._asked(values, "SELECT COUNT(*) FROM ({}) counted")
        return int(found[0][0])

    def planned(self, **values: Any) -> int:
        """How many rows PostgreSQL's planner expects for these values, one query; 0 on other databases."""
        if self._connection().vendor != "postgresql":
            return 0
        _, found = self._asked(values, "EXPLAIN (FORMAT JSON) {}")
        plan = found[0][0]
        return int((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]["Plan Rows"])

    def _asked(self, values: Mapping[str, Any], form: str) -> tuple[_Text, Sequence[Any]]:
        connection = self._connection()
        scope = scopes.require(connection) if self._is_owned else None
        texts = self._texts.setdefault(connection, {})
        kind = scope.kind if scope else None
        if (text := texts.get(kind)) is None:
            text = texts[kind] = self._compile(connection, scope)
        known = {name: _adapted(value, connection) for name, value in values.items()}
        if scope is not None:
            known[_SCOPE] = _adapted(scope.id, connection)
        with connection.cursor() as cursor:
            parameters = [each.filled(known, connection) if isinstance(each, _Slot) else each for each in text.params]
            cursor.execute(form.format(text.sql), parameters)
            return text, cursor.fetchall()

    def _connection(self) -> BaseDatabaseWrapper:
        if not self._alias:
            example = self._build(**stand_ins(self._kinds))
            self._is_owned, self._alias = issubclass(example.model, OwnedModel), example.db
        return connections[self._alias]

    def first(self, **values: Any) -> tuple[Any, ...] | None:
        """The first of the rows, if there is one."""
        found = self.rows(**values)
        return found[0] if found else None

    def _compile(self, connection: BaseDatabaseWrapper, scope: Scope | None) -> _Text:
        examples = stand_ins(self._kinds)
        compiler = self._build(**examples).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        places = {_adapted(value, connection): _Slot(name) for name, value in examples.items()}
        if scope is not None and scope.id is not None:
            places[_adapted(scope.id, connection)] = _Slot(_SCOPE)
        slots = tuple(_slot(each, places) for each in params)
        if missing := set(self._kinds) - {each.name for each in slots if isinstance(each, _Slot)}:
            raise TypeError(f"The statement compares {', '.join(sorted(missing))} with nothing.")
        selected = [column for column, _, _ in compiler.select[: compiler.col_count]]
        return _Text(sql, slots, compiler, compiler.get_converters(selected))


def stand_ins(kinds: Mapping[str, type]) -> dict[str, Any]:
    """For each name a value of its type, which stands nowhere else in a query."""
    found: dict[str, Any] = {}
    for name, kind in kinds.items():
        while (value := _STAND_INS[kind]()) in found.values():
            pass
        found[name] = value
    return found


def _slot(parameter: Any, places: Mapping[Any, _Slot]) -> Any:
    """The place that `parameter` holds for a value, or `parameter` itself."""
    if not isinstance(parameter, tuple(_STAND_INS)):
        return parameter
    if parameter in places:
        return places[parameter]
    if isinstance(parameter, str):
        for value, slot in places.items():
            if isinstance(value, str) and value in parameter:
                before, _, after = parameter.partition(value)
                return _Slot(slot.name, (before, after))
    return parameter


_STAND_INS: Mapping[type, Callable[[], Any]] = {
    UUID: uuid4,
    str: lambda: secrets.token_hex(16),
    int: lambda: 2**15 - 1 - secrets.randbelow(2**12),  # fits in the smallest column: beyond it, Django asks nothing
    Decimal: lambda: Decimal(secrets.randbelow(10**18)).scaleb(-9),
    datetime: lambda: datetime(1, 1, 2, tzinfo=UTC) + timedelta(microseconds=secrets.randbelow(10**15)),
    date: lambda: date(1, 1, 2) + timedelta(days=secrets.randbelow(10**6)),
}


def _adapted(value: Any, connection: BaseDatabaseWrapper) -> Any:
    """`value` as Django hands it to the driver."""
    if isinstance(value, UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return value
