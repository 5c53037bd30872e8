"""Migration operations of owned tables."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState

from tenon.kernel.tenancy.session import ORGANIZATION_SETTING, USER_SETTING

_POLICIES = ("tenancy_organization", "tenancy_system", "tenancy_self")


class EnableRowLevelSecurity(Operation):
    """Let a table show only the rows of the scope, to its owner as well; nothing off PostgreSQL. Reversible.

    `self_scope_field` names the key to the person who may read the row in a self scope, as on the model.
    The policies are kept apart, without an OR, and the settings stand in sub-selects: so an index serves them.
    """

    category = OperationCategory.ALTERATION
    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str, *, self_scope_field: str = "") -> None:
        self.model_name = model_name
        self.self_scope_field = self_scope_field

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        kwargs = {"self_scope_field": self.self_scope_field} if self.self_scope_field else {}
        return type(self).__name__, [self.model_name], kwargs

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models stay as they are."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        connection = schema_editor.connection
        if connection.vendor != "postgresql":
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        quote = connection.ops.quote_name
        table, role = quote(model._meta.db_table), settings.DATABASE_SYSTEM_ROLE
        if not schema_editor.collect_sql:
            _require_role(schema_editor, role)
        own = _equals(quote(model._meta.get_field("organization").column), ORGANIZATION_SETTING)
        statements = [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY tenancy_organization ON {table} USING ({own}) WITH CHECK ({own})",
            f"CREATE POLICY tenancy_system ON {table} TO {quote(role)} USING (true) WITH CHECK (true)",
        ]
        if self.self_scope_field:
            mine = _equals(quote(model._meta.get_field(self.self_scope_field).column), USER_SETTING)
            statements.append(f"CREATE POLICY tenancy_self ON {table} FOR SELECT USING ({mine})")
        for statement in statements:
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        connection = schema_editor.connection
        if connection.vendor != "postgresql":
            return
        table = connection.ops.quote_name(from_state.apps.get_model(app_label, self.model_name)._meta.db_table)
        for statement in (
            *(f"DROP POLICY IF EXISTS {policy} ON {table}" for policy in _POLICIES),
            f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        return f"Enable row-level security on {self.model_name}"

    @property
    def migration_name_fragment(self) -> str:
        return f"{self.model_name.lower()}_row_level_security"


def _equals(column: str, setting: str) -> str:
    # After a commit the setting is '' and not null, and '' is no uuid.
    return f"{column} = (SELECT nullif(current_setting('{setting}', true), '')::uuid)"


def _require_role(schema_editor: BaseDatabaseSchemaEditor, role: str) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is None:
            raise ImproperlyConfigured(f"There is no role {role!r}: run `manage.py database_roles` first.")
