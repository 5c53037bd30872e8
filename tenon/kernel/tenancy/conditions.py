"""The condition that every query of an owned model carries, resolved only when its SQL is compiled."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import FullResultSet
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Col, Expression
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.query import Query
from django.db.models.sql.subqueries import DeleteQuery, UpdateQuery

from tenon.kernel.tenancy import scopes
from tenon.kernel.tenancy.errors import NoScope
from tenon.kernel.tenancy.scope import ScopeKind

if TYPE_CHECKING:
    from tenon.kernel.tenancy.models import OwnedModel


class InScope(Expression):
    """True for the rows that the open scope may see.

    It is built without looking at any scope, so that forms, the admin and serializers can be declared; compiling it
    raises NoScope where none is open, and ScopeConflict for a change in a scope that only reads.
    """

    output_field = models.BooleanField()

    def __init__(self, model: type["OwnedModel"]) -> None:
        super().__init__()
        self.model = model
        self.columns: list[Any] = []

    def get_source_expressions(self) -> list[Any]:
        return list(self.columns)

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        self.columns = list(exprs)

    def resolve_expression(self, query: Any = None, *args: Any, **kwargs: Any) -> Self:
        """Bound to the table that `query` starts from. A bound condition stays as it is."""
        bound = self.copy()
        if not bound.columns:
            alias = query.get_initial_alias()
            names = ["organization", self.model.self_scope_field]
            fields: list[Any] = [self.model._meta.get_field(name) for name in names if name]
            bound.columns = [Col(alias, field) for field in fields]
        return bound

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        scope = scopes.require_writable(connection) if _changes(compiler.query) else scopes.require(connection)
        if scope.kind is ScopeKind.SYSTEM:
            raise FullResultSet
        if scope.kind is ScopeKind.SELF and len(self.columns) == 1:
            raise NoScope(f"{self.model._meta.label} has no self_scope_field: a self scope does not open it.")
        column = self.columns[scope.kind is ScopeKind.SELF]
        sql, params = compiler.compile(column)
        return f"{sql} = %s", [*params, column.target.get_db_prep_value(scope.id, connection)]


def _changes(query: Query) -> bool:
    return isinstance(query, UpdateQuery | DeleteQuery) or query.select_for_update
