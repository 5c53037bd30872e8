"""What a scope is to PostgreSQL: settings local to the transaction, which the policies read, and the role in force."""

from collections.abc import Mapping

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

from tenon.kernel.tenancy.scope import Scope, ScopeKind

ORGANIZATION_SETTING = "app.organization"
USER_SETTING = "app.user"
_NO_ROLE = "none"


def enter(connection: BaseDatabaseWrapper, scope: Scope, *, outer: Scope | None) -> None:
    """Put `scope` into force in the open transaction. Costs one round trip; nothing off PostgreSQL."""
    # Without an outer scope nothing is taken for granted but the role, which only a scope of ours ever changes.
    known = _settings(outer) if outer else {"role": _NO_ROLE}
    wanted = _settings(scope)
    if scope.read_only:
        wanted["transaction_read_only"] = "on"
    _write(connection, {name: value for name, value in wanted.items() if known.get(name) != value})


def leave(connection: BaseDatabaseWrapper, scope: Scope, *, outer: Scope | None) -> None:
    """Put back what was in force around a nested scope; `transaction_read_only` ends with the savepoint by itself."""
    known = _settings(scope)
    _write(connection, {name: value for name, value in _settings(outer).items() if known[name] != value})


def _settings(scope: Scope | None) -> dict[str, str]:
    kind = scope.kind if scope else None
    identifier = str(scope.id) if scope else ""
    return {
        "role": settings.DATABASE_SYSTEM_ROLE if kind is ScopeKind.SYSTEM else _NO_ROLE,
        ORGANIZATION_SETTING: identifier if kind is ScopeKind.ORGANIZATION else "",
        USER_SETTING: identifier if kind is ScopeKind.SELF else "",
    }


def _write(connection: BaseDatabaseWrapper, values: Mapping[str, str]) -> None:
    if connection.vendor != "postgresql" or not values:
        return
    calls = ", ".join("set_config(%s, %s, true)" for _ in values)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {calls}", [part for pair in values.items() for part in pair])
