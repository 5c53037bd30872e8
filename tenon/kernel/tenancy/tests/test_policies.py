"""PostgreSQL's own line: what raw SQL may do as the application role, as the owner and as the system role."""

import re
from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from psycopg import errors, sql
from pytest_django import DjangoDbBlocker

from tenon.kernel.errors import Invalid
from tenon.kernel.ids import new_id
from tenon.kernel.tenancy.parents import require_same_organization
from tenon.kernel.tenancy.scopes import organization_scope, self_scope, system_scope
from tenon.kernel.tenancy.tests.factories import Tenant, make_tenant, make_user_id
from tenon.testing.databases import Clone
from tenon.testing.probes.models import Part, Probe

pytestmark = pytest.mark.postgresql

INSERT = (
    "INSERT INTO probes_probe (id, organization_id, name, version, created_at, updated_at)"
    " VALUES (%s, %s, 'raw', 1, now(), now())"
)


def ask(statement: str, *parameters: object) -> list[tuple[object, ...]]:
    """The rows that a statement returns, or as many empty ones as it has changed."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else [()] * cursor.rowcount


def refused(statement: str, *parameters: object) -> bool:
    """Whether row-level security or a missing right refuses the statement; anything else is raised."""
    try:
        with transaction.atomic():
            ask(statement, *parameters)
    except DatabaseError as error:
        if isinstance(error.__cause__, errors.InsufficientPrivilege):
            return True
        raise
    return False


def names(rows: list[tuple[object, ...]]) -> set[object]:
    return {row[0] for row in rows}


class TestWithoutAScope:
    @pytest.mark.parametrize("table", ["probes_probe", "probes_part"])
    def test_nothing_is_seen(self, acme: Tenant, table: str):
        assert ask(f"SELECT id FROM {table}") == []
        assert ask(f"SELECT count(*) FROM {table}") == [(0,)]

    def test_nothing_is_changed(self, acme: Tenant):
        assert ask("UPDATE probes_probe SET name = 'taken'") == []
        assert ask("DELETE FROM probes_part") == []
        with system_scope(reason="to look"):
            assert Part.objects.count() == 6
            assert not Probe.objects.filter(name="taken").exists()

    def test_nothing_is_added(self, acme: Tenant):
        assert refused(INSERT, new_id(), acme.id)

    @pytest.mark.django_db(transaction=True)
    def test_after_a_commit_the_setting_is_empty_and_harmless(self):
        tenant = make_tenant("acme")
        with organization_scope(tenant.id):
            assert len(ask("SELECT id FROM probes_probe")) == 3
        assert ask("SELECT current_setting('app.organization', true)") == [("",)]
        assert ask("SELECT id FROM probes_probe") == []
        assert refused(INSERT, new_id(), tenant.id)

    @pytest.mark.django_db(transaction=True)
    def test_a_setting_outside_of_a_transaction_is_gone_at_once(self):
        tenant = make_tenant("acme")
        ask("SELECT set_config('app.organization', %s, true)", str(tenant.id))
        assert ask("SELECT id FROM probes_probe") == []


class TestInAnOrganization:
    def test_its_rows_are_seen_and_no_others(self, acme: Tenant, globex: Tenant):
        with organization_scope(acme.id):
            assert names(ask("SELECT organization_id FROM probes_probe")) == {acme.id}
            assert ask("SELECT id FROM probes_probe WHERE organization_id = %s", globex.id) == []
            assert ask("UPDATE probes_probe SET name = 'x' WHERE id = %s", globex.probes[0].id) == []
            assert ask("DELETE FROM probes_part WHERE id = %s", globex.parts[0].id) == []

    def test_rows_of_another_are_neither_made_nor_given(self, acme: Tenant, globex: Tenant):
        with organization_scope(acme.id):
            assert not refused(INSERT, new_id(), acme.id)
            assert refused(INSERT, new_id(), globex.id)
            assert refused("UPDATE probes_probe SET organization_id = %s", globex.id)

    def test_a_savepoint_rolled_back_keeps_the_scope(self, acme: Tenant):
        with organization_scope(acme.id):
            assert refused(INSERT, new_id(), new_id())
            assert len(ask("SELECT id FROM probes_probe")) == 3

    def test_a_foreign_key_reaches_past_the_policy_and_the_service_asks(self, acme: Tenant, globex: Tenant):
        """Why `require_same_organization` exists: PostgreSQL checks keys as the owner of the table."""
        with organization_scope(acme.id):
            Part.objects.create(probe_id=globex.probes[0].id, label="stray")
            with pytest.raises(Invalid):
                require_same_organization(Probe, [globex.probes[0].id], pointer="/probe")


class TestInASelfScope:
    def test_held_rows_are_read_and_nothing_is_written(self, user_id: UUID):
        mine, theirs = make_tenant("mine", holder_id=user_id), make_tenant("theirs", holder_id=make_user_id())
        with self_scope(user_id):
            assert names(ask("SELECT id FROM probes_probe")) == {probe.id for probe in mine.probes}
            assert ask("SELECT id FROM probes_part") == []
            assert ask("UPDATE probes_probe SET name = 'x'") == []
            assert ask("DELETE FROM probes_part") == []
            assert refused(INSERT, new_id(), theirs.id)
            assert refused(INSERT, new_id(), mine.id)


class TestInASystemScope:
    def test_everything_is_seen_and_changed(self, acme: Tenant, globex: Tenant):
        with system_scope(reason="to try it"):
            assert ask("SELECT current_user") == [("tenon_test_system",)]
            assert names(ask("SELECT organization_id FROM probes_probe")) == {acme.id, globex.id}
            assert len(ask("UPDATE probes_part SET label = 'x'")) == 12
            assert not refused(INSERT, new_id(), globex.id)
        assert ask("SELECT current_user") == [("tenon_test_app",)]


class TestTheApplicationRole:
    @pytest.mark.parametrize(
        "statement",
        [
            "ALTER TABLE probes_probe DISABLE ROW LEVEL SECURITY",
            "ALTER TABLE probes_probe NO FORCE ROW LEVEL SECURITY",
            "DROP POLICY tenancy_organization ON probes_probe",
            "CREATE POLICY mine ON probes_probe USING (true)",
            "TRUNCATE probes_part",
            "DROP TABLE probes_part",
            "CREATE TABLE mine (id int)",
            "SET LOCAL ROLE tenon_test_owner",
            "SET LOCAL SESSION AUTHORIZATION tenon_test_owner",
        ],
    )
    def test_it_cannot_get_around_the_policies(self, db: None, statement: str):
        assert refused(statement)

    def test_it_sees_nothing_with_row_security_off(self, acme: Tenant):
        with transaction.atomic():
            ask("SET LOCAL row_security = off")
            assert refused("SELECT id FROM probes_probe")


@pytest.fixture
def owner(cloned_database: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[psycopg.Connection]:
    """A connection as the owner of the tables, in a database with two tenants."""
    with django_db_blocker.unblock(), cloned_database.in_use():
        make_tenant("acme")
        make_tenant("globex")
    with psycopg.connect(cloned_database.migration_url) as connected:
        yield connected


class TestTheOwner:
    def test_the_policies_hold_it_too(self, owner: psycopg.Connection):
        assert owner.execute("SELECT current_user").fetchone() == ("tenon_test_owner",)
        assert owner.execute("SELECT count(*) FROM probes_probe").fetchone() == (0,)
        assert owner.execute("UPDATE probes_probe SET name = 'x'").rowcount == 0

    def test_a_data_step_of_a_migration_takes_the_system_role(self, owner: psycopg.Connection):
        owner.execute("SET LOCAL ROLE tenon_test_system")
        assert owner.execute("UPDATE probes_probe SET version = 2").rowcount == 6


@pytest.mark.django_db
class TestThePolicies:
    def test_an_index_can_serve_them(self):
        """No OR, and each setting in a sub-select of its own: read once, not for each row."""
        rows = ask("SELECT coalesce(qual, with_check) FROM pg_policies WHERE policyname LIKE 'tenancy\\_%%'")
        assert rows
        for (expression,) in rows:
            assert not re.search(r"\bOR\b", str(expression))
            assert expression == "true" or "( SELECT " in str(expression)

    def test_each_is_for_its_own_role_and_command(self):
        found = ask(
            "SELECT policyname, cmd, roles::text[], permissive, qual = with_check FROM pg_policies"
            " WHERE tablename = 'probes_probe' ORDER BY policyname"
        )
        assert found == [
            ("tenancy_organization", "ALL", ["public"], "PERMISSIVE", True),
            ("tenancy_self", "SELECT", ["public"], "PERMISSIVE", None),
            ("tenancy_system", "ALL", ["tenon_test_system"], "PERMISSIVE", True),
        ]

    @pytest.mark.parametrize(
        "statement",
        [
            "SELECT label FROM probes_part",
            # Where a self policy stands beside, PostgreSQL joins both by OR: SQL that names the organization is served.
            "SELECT name FROM probes_probe WHERE organization_id = '{organization}'",
        ],
    )
    def test_an_organizations_list_uses_the_index(self, acme: Tenant, statement: str):
        with organization_scope(acme.id):
            ask("SET LOCAL enable_seqscan = off")
            lines = ask(f"EXPLAIN {statement.format(organization=acme.id)}")
        plan = "\n".join(str(line) for (line,) in lines)
        assert re.search(r"Index Cond: \(organization_id = ", plan), plan
        assert "BitmapOr" not in plan


def test_tables_made_later_are_granted(owner: psycopg.Connection, cloned_database: Clone):
    owner.execute("CREATE TABLE later (id serial PRIMARY KEY)")
    owner.commit()
    with psycopg.connect(cloned_database.url) as application:
        application.execute("INSERT INTO later DEFAULT VALUES")
        application.execute("SET LOCAL ROLE tenon_test_system")
        assert application.execute("SELECT count(*) FROM later").fetchone() == (1,)
        with pytest.raises(errors.InsufficientPrivilege):
            application.execute(sql.SQL("TRUNCATE later"))
