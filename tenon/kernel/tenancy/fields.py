"""Columns that every owned row has and that look after themselves."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, connections, models

from tenon.kernel.tenancy import scopes
from tenon.kernel.tenancy.errors import NoScope, ScopeConflict
from tenon.kernel.tenancy.scope import ScopeKind

if TYPE_CHECKING:
    _ForeignKey = models.ForeignKey[Any, Any]
else:
    _ForeignKey = models.ForeignKey


class OrganizationKey(_ForeignKey):
    """Whose row it is: filled from the open scope, and checked against it whenever the row is written."""

    def __init__(self) -> None:
        super().__init__(
            "organizations.Organization",
            on_delete=models.PROTECT,
            related_name="+",
            default=scopes.current_organization_id,
            editable=False,
        )

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, _ = super().deconstruct()
        return name, path, args, {}

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """The row's organization. Raises NoScope when nothing says which, ScopeConflict when it is not the scope's."""
        scope = scopes.require_writable(connections[DEFAULT_DB_ALIAS])
        value = self.target_field.to_python(super().pre_save(model_instance, add))
        if scope.kind is ScopeKind.SYSTEM:
            if value is None:
                raise NoScope(f"In a system scope a new {model_instance._meta.label} must say whose it is.")
            return value
        if value is None:
            setattr(model_instance, self.attname, scope.id)
        elif value != scope.id:
            raise ScopeConflict(f"This {model_instance._meta.label} belongs to another organization than the scope's.")
        return scope.id


class VersionField(models.PositiveIntegerField):  # type: ignore[type-arg]
    """Counts the writes of a row, from 1: what an ETag is made of."""

    def __init__(self) -> None:
        super().__init__(default=1, editable=False)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, _ = super().deconstruct()
        return name, path, args, {}

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if not add:
            value += 1
            setattr(model_instance, self.attname, value)
        return value
