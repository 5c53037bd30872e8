"""The base of every table whose rows belong to an organization."""

from typing import Any, ClassVar, Self

from django.core import checks
from django.db import DEFAULT_DB_ALIAS, connections, models

from tenon.kernel import clock
from tenon.kernel.ids import new_id
from tenon.kernel.tenancy import scopes
from tenon.kernel.tenancy.errors import ScopeConflict
from tenon.kernel.tenancy.fields import OrganizationKey, VersionField
from tenon.kernel.tenancy.managers import OwnedManager
from tenon.kernel.tenancy.scope import ScopeKind


class OwnedModel(models.Model):
    """A row of one organization, reachable only inside a scope (`tenancy.scopes`).

    Its migration ends in `EnableRowLevelSecurity`. Uniques are per organization. Foreign keys are not held back by
    row-level security: a service asks `require_same_organization` about each parent that a caller named.
    `self_scope_field` names the key to the person who holds the row, where persons may read it in a self scope.
    """

    self_scope_field: ClassVar[str] = ""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = OrganizationKey()
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    version = VersionField()

    objects: ClassVar[models.Manager[Self]] = OwnedManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, update_fields: Any = None, **kwargs: Any) -> None:
        """Write the row, counting its version. Raises NoScope, and ScopeConflict when it is another organization's."""
        if update_fields:
            update_fields = {*update_fields, "updated_at", "version"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Remove the row. Raises NoScope, and ScopeConflict when it is another organization's."""
        scope = scopes.require_writable(connections[DEFAULT_DB_ALIAS])
        if scope.kind is ScopeKind.ORGANIZATION and self.organization_id != scope.id:
            raise ScopeConflict(f"This {self._meta.label} belongs to another organization than the scope's.")
        return super().delete(*args, **kwargs)

    @classmethod
    def check(cls, **kwargs: Any) -> list[checks.CheckMessage]:
        return [*super().check(**kwargs), *_check_managers(cls), *_check_table(cls)]


def _check_managers(model: type[OwnedModel]) -> list[checks.CheckMessage]:
    managers = [*model._meta.managers, model._meta.base_manager]
    return [
        checks.Error(
            f"The manager {manager.name!r} does not stay within the scope.",
            hint="Derive it from OwnedManager and OwnedQuerySet.",
            obj=model,
            id="tenancy.E001",
        )
        for manager in managers
        if not isinstance(manager, OwnedManager)
    ]


def _check_table(model: type[OwnedModel]) -> list[checks.CheckMessage]:
    if model._meta.concrete_model and model._meta.get_field("organization").model is model._meta.concrete_model:
        return []
    return [
        checks.Error(
            "An owned model cannot inherit another one's table: policies and conditions stand on a table's own column.",
            obj=model,
            id="tenancy.E002",
        )
    ]
