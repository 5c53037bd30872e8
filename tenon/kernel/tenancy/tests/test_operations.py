"""The migration operation: forwards, backwards, on which engine, and what it says of itself."""

from collections.abc import Iterator

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper as PostgresqlWrapper
from django.db.backends.postgresql.schema import DatabaseSchemaEditor as PostgresqlEditor
from django.db.backends.sqlite3.base import DatabaseWrapper as SqliteWrapper
from django.db.backends.sqlite3.schema import DatabaseSchemaEditor as SqliteEditor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.migrations.writer import OperationWriter
from pytest_django import DjangoDbBlocker, Settings

from tenon.kernel.database_urls import database_from_url
from tenon.kernel.tenancy.operations import EnableRowLevelSecurity
from tenon.testing.databases import Clone

OPERATION = EnableRowLevelSecurity("Probe", self_scope_field="holder")


@pytest.fixture
def state() -> ProjectState:
    """The models as the migrations left them."""
    return MigrationLoader(None).project_state()


def test_it_says_what_it_does():
    assert OPERATION.describe() == "Enable row-level security on Probe"
    assert OPERATION.migration_name_fragment == "probe_row_level_security"
    assert OPERATION.reversible
    assert OPERATION.formatted_description() == "~ Enable row-level security on Probe"


@pytest.mark.parametrize("operation", [OPERATION, EnableRowLevelSecurity("Part")])
def test_it_can_be_written_into_a_migration(operation: EnableRowLevelSecurity):
    written, imports = OperationWriter(operation, indentation=0).serialize()
    assert "EnableRowLevelSecurity(" in written
    assert ("self_scope_field='holder'" in written) is bool(operation.self_scope_field)
    assert imports == {"import tenon.kernel.tenancy.operations"}


def test_it_leaves_the_models_as_they_are(state: ProjectState):
    before = state.clone()
    OPERATION.state_forwards("probes", state)
    assert state == before


def test_it_does_nothing_where_there_is_no_row_level_security(state: ProjectState):
    editor = SqliteEditor(SqliteWrapper({}), collect_sql=True)
    OPERATION.database_forwards("probes", editor, state, state)
    OPERATION.database_backwards("probes", editor, state, state)
    assert editor.collected_sql == []


def postgresql_sql(state: ProjectState, operation: EnableRowLevelSecurity, direction: str) -> list[str]:
    """What `sqlmigrate` would show, without a server."""
    editor = PostgresqlEditor(PostgresqlWrapper({}), collect_sql=True)
    getattr(operation, direction)("probes", editor, state, state)
    return [str(statement) for statement in editor.collected_sql]


def test_the_sql_can_be_read_before(state: ProjectState, settings: Settings):
    settings.DATABASE_SYSTEM_ROLE = "everybody"
    own = "\"organization_id\" = (SELECT nullif(current_setting('app.organization', true), '')::uuid)"
    mine = "\"holder_id\" = (SELECT nullif(current_setting('app.user', true), '')::uuid)"
    assert postgresql_sql(state, OPERATION, "database_forwards") == [
        'ALTER TABLE "probes_probe" ENABLE ROW LEVEL SECURITY;',
        'ALTER TABLE "probes_probe" FORCE ROW LEVEL SECURITY;',
        f'CREATE POLICY tenancy_organization ON "probes_probe" USING ({own}) WITH CHECK ({own});',
        'CREATE POLICY tenancy_system ON "probes_probe" TO "everybody" USING (true) WITH CHECK (true);',
        f'CREATE POLICY tenancy_self ON "probes_probe" FOR SELECT USING ({mine});',
    ]
    assert "tenancy_self" not in "".join(postgresql_sql(state, EnableRowLevelSecurity("Part"), "database_forwards"))


def test_so_can_the_way_back(state: ProjectState):
    assert postgresql_sql(state, OPERATION, "database_backwards") == [
        'DROP POLICY IF EXISTS tenancy_organization ON "probes_probe";',
        'DROP POLICY IF EXISTS tenancy_system ON "probes_probe";',
        'DROP POLICY IF EXISTS tenancy_self ON "probes_probe";',
        'ALTER TABLE "probes_probe" NO FORCE ROW LEVEL SECURITY;',
        'ALTER TABLE "probes_probe" DISABLE ROW LEVEL SECURITY;',
    ]


@pytest.mark.postgresql
@pytest.mark.django_db
class TestOnPostgresql:
    @pytest.fixture
    def as_owner(
        self, state: ProjectState, cloned_database: Clone, django_db_blocker: DjangoDbBlocker
    ) -> Iterator[None]:
        """Django's connection as the owner of a database of its own."""
        wrapper = connections["default"].copy()
        wrapper.settings_dict.update(database_from_url(cloned_database.migration_url))
        before, connections["default"] = connections["default"], wrapper
        yield
        wrapper.close()
        connections["default"] = before

    def policies(self, clone: Clone) -> tuple[object, ...]:
        with psycopg.connect(clone.migration_url) as owner:
            row = owner.execute(
                "SELECT relrowsecurity, relforcerowsecurity,"
                " (SELECT count(*) FROM pg_policies WHERE tablename = relname)"
                " FROM pg_class WHERE relname = 'probes_probe'"
            ).fetchone()
        assert row
        return row

    def test_backwards_and_forwards(self, as_owner: None, state: ProjectState, cloned_database: Clone):
        assert self.policies(cloned_database) == (True, True, 3)
        with connection.schema_editor() as editor:
            OPERATION.database_backwards("probes", editor, state, state)
        assert self.policies(cloned_database) == (False, False, 0)
        with connection.schema_editor() as editor:
            OPERATION.database_forwards("probes", editor, state, state)
        assert self.policies(cloned_database) == (True, True, 3)

    def test_a_missing_role_is_named_with_what_makes_it(self, as_owner: None, state: ProjectState, settings: Settings):
        settings.DATABASE_SYSTEM_ROLE = "tenon_test_nobody"
        refused = pytest.raises(ImproperlyConfigured, match=r"'tenon_test_nobody': run `manage\.py database_roles`")
        with refused, connection.schema_editor() as editor:
            OPERATION.database_forwards("probes", editor, state, state)
