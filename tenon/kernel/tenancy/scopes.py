"""Whose rows this code may see. The scope is the transaction.

`organization_scope` opens one organization's rows, `self_scope` what one person holds anywhere, to be read only, and
`system_scope` everything. On PostgreSQL each is a transaction whose settings row-level security reads; elsewhere the
managers of owned models hold the same line, and a `read_only` scope opens no transaction.

Values leave a scope, querysets never: one that is evaluated outside raises NoScope. So a scope is never held across
the `yield` of a streamed body, and an `on_commit` hook runs outside of it. A scope belongs to the thread that opened
it; a coroutine opens it inside the function that `sync_to_async` runs.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.asyncio import async_unsafe

from tenon.kernel.tenancy import session
from tenon.kernel.tenancy.errors import NoScope, ScopeConflict
from tenon.kernel.tenancy.scope import Scope, ScopeKind


@dataclass(eq=False, slots=True)
class _Frame:
    scope: Scope
    connection: BaseDatabaseWrapper
    outer: "_Frame | None"
    open: bool = True


_innermost: ContextVar[_Frame | None] = ContextVar("tenancy_scope", default=None)


def organization_scope(organization_id: UUID, *, read_only: bool = False) -> AbstractContextManager[None]:
    """One organization's rows, in one transaction.

    Raises ScopeConflict inside another organization's scope, and for writing inside a scope that only reads.
    """
    return _enter(Scope(ScopeKind.ORGANIZATION, organization_id, read_only=read_only))


def self_scope(user_id: UUID, *, read_only: bool = False) -> AbstractContextManager[None]:
    """The rows that one person holds in any organization, of models with a `self_scope_field`, to be read.

    Raises ScopeConflict inside another person's scope, and for writing inside a scope that only reads.
    """
    return _enter(Scope(ScopeKind.SELF, user_id, read_only=read_only))


def system_scope(*, reason: str, read_only: bool = False) -> AbstractContextManager[None]:
    """Every row. `reason` says in a few words why; `tests/architecture/test_scopes.py` lists who may call.

    Raises ScopeConflict for writing inside a scope that only reads.
    """
    return _enter(Scope(ScopeKind.SYSTEM, reason=reason, read_only=read_only))


def current() -> Scope | None:
    """The scope that is open in this thread, if any."""
    frame = _open_frame(connections[DEFAULT_DB_ALIAS])
    return frame.scope if frame else None


def current_organization_id() -> UUID | None:
    """The organization of the open scope; None outside of an organization scope."""
    scope = current()
    return scope.id if scope and scope.kind is ScopeKind.ORGANIZATION else None


def require(connection: BaseDatabaseWrapper) -> Scope:
    """The scope that is open on `connection`. Raises NoScope."""
    frame = _open_frame(connection)
    if frame is None:
        raise NoScope("No scope is open: organization_scope, self_scope or system_scope must enclose the whole work.")
    return frame.scope


def require_writable(connection: BaseDatabaseWrapper) -> Scope:
    """The scope that is open on `connection`, for writing. Raises NoScope, and ScopeConflict when it only reads."""
    scope = require(connection)
    if scope.read_only or scope.kind is ScopeKind.SELF:
        raise ScopeConflict(f"This {scope.kind} scope only reads owned rows.")
    return scope


@contextmanager
@async_unsafe("A scope is opened inside the function that sync_to_async runs, not in a coroutine.")
def _enter(scope: Scope) -> Iterator[None]:
    connection = connections[DEFAULT_DB_ALIAS]
    outer = _open_frame(connection)
    if outer:
        _refuse_conflict(scope, outer)
    if outer and scope.same_rows(outer.scope):
        with nullcontext() if scope.read_only else transaction.atomic():
            yield
        return
    nested = connection.in_atomic_block
    transactional = connection.vendor == "postgresql" or not scope.read_only
    with transaction.atomic() if transactional else nullcontext():
        session.enter(connection, scope, outer=outer.scope if outer else None)
        frame = _Frame(scope, connection, outer)
        token = _innermost.set(frame)
        try:
            yield
        finally:
            frame.open = False
            _innermost.reset(token)
        # A commit or a rollback restores by itself; only a savepoint's release keeps what was set in it.
        if nested and not connection.needs_rollback:
            session.leave(connection, scope, outer=outer.scope if outer else None)


def _open_frame(connection: BaseDatabaseWrapper) -> _Frame | None:
    frame = _innermost.get()
    # A context copied into a task or a thread may outlive its scope, or meet another connection: it opens nothing.
    return frame if frame and frame.open and frame.connection is connection else None


def _refuse_conflict(scope: Scope, outer: _Frame) -> None:
    if outer.scope.read_only and not scope.read_only:
        raise ScopeConflict("A scope that may write was opened inside one that only reads.")
    around: _Frame | None = outer
    while around:
        if around.scope.kind is scope.kind and not around.scope.same_rows(scope):
            raise ScopeConflict(f"A transaction is for one {scope.kind}, and another one's scope is already open.")
        around = around.outer
