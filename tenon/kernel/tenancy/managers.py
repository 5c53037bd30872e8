"""The manager of owned models: no query, change or removal through it reaches outside of the open scope."""

from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from django.db import NotSupportedError, connections, models
from django.db.models import F
from django.db.models.sql import Query
from django.db.models.sql.where import AND

from tenon.kernel import clock
from tenon.kernel.tenancy import scopes
from tenon.kernel.tenancy.conditions import InScope
from tenon.kernel.tenancy.errors import ScopeConflict

if TYPE_CHECKING:
    from tenon.kernel.tenancy.models import OwnedModel

_M = TypeVar("_M", bound=models.Model)


class OwnedQuerySet(models.QuerySet[_M]):
    """Rows of the scope that is open when the query runs."""

    def update(self, **kwargs: Any) -> int:
        """Change the rows, count the change in their version, and return how many there were."""
        if kwargs.keys() & {"organization", "organization_id"}:
            raise ScopeConflict("A row never changes its organization.")
        return super().update(**{"version": F("version") + 1, "updated_at": clock.now(), **kwargs})

    def delete(self) -> tuple[int, dict[str, int]]:
        """Remove the rows and return how many, by model. Raises NoScope, and ScopeConflict where rows are only read."""
        scopes.require_writable(connections[self.db])
        return super().delete()

    delete.queryset_only = True  # type: ignore[attr-defined]  # as on Django's own: a manager removes nothing

    def bulk_create(self, objs: Any, *args: Any, update_conflicts: bool = False, **kwargs: Any) -> list[_M]:
        """Insert the rows. Updating those in the way is refused: they might be another organization's."""
        if update_conflicts:
            raise NotSupportedError("An upsert could change another organization's row; use update_or_create.")
        return super().bulk_create(objs, *args, **kwargs)

    def raw(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused: raw SQL carries no scope. Use a cursor, inside a scope, and name the organization."""
        raise NotSupportedError("Raw SQL carries no scope. Use a cursor, inside a scope, and name the organization.")


class OwnedManager(models.Manager.from_queryset(OwnedQuerySet)):  # type: ignore[misc]
    """Bound to the scope when SQL is compiled, not before, so that it may be used in declarations."""

    def get_queryset(self) -> models.QuerySet[Any]:
        rows: models.QuerySet[Any] = super().get_queryset()
        rows.query = _within_scope(self.model).chain()
        return rows


@cache
def _within_scope(model: type["OwnedModel"]) -> Query:
    """Every row of `model` under the condition: made once, copied for each queryset."""
    query = models.QuerySet(model).query
    # Not by `filter`, which on MariaDB asks whether the condition is 1, and no index serves that.
    query.where.add(InScope(model).resolve_expression(query), AND)
    return query
