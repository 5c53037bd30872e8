"""What keeps the audit log as it was written, on each engine. Part of the first migration, and never changed after it.

PostgreSQL: nobody but the owner has more than INSERT and SELECT on entries and seals, and triggers refuse UPDATE,
DELETE and TRUNCATE to everybody, the owner and replication included. The one way past them is `audit_purge`, which
takes the beginning of a chain, sealed and older than thirty days, and keeps the hash behind which the chain goes on.
The rows of an organization are seen in its scope alone, and anybody may add one.

SQLite and MariaDB: triggers refuse UPDATE, and DELETE of whatever the head of its chain does not say was purged.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings

MESSAGE = "audit rows are only ever added"
_ORGANIZATION = "organization_id = (SELECT nullif(current_setting('app.organization', true), '')::uuid)"
_ROWS = ("audit_entry", "audit_detail")
_KEPT = ("audit_entry", "audit_seal", "audit_detail")
# What may change of a detail: that it waits no longer, and that it was erased, wholly.
_SAME = (
    "{new}.entry_id = {old}.entry_id AND {new}.salt = {old}.salt AND {new}.ip = {old}.ip AND "
    "{new}.parameters = {old}.parameters"
)
_ERASED = (
    "{new}.entry_id = {old}.entry_id AND {new}.erased_at IS NOT NULL AND {new}.salt = '' AND {new}.ip = '' AND "
    "{new}.parameters = ''"
)
_PURGED = (
    "EXISTS (SELECT 1 FROM audit_seal s JOIN audit_head h ON h.chain = s.chain "
    "WHERE s.entry_id = OLD.{key} AND s.seq <= h.purged_seq)"
)
_PURGED_SEAL = "EXISTS (SELECT 1 FROM audit_head h WHERE h.chain = OLD.chain AND OLD.seq <= h.purged_seq)"
_DELETABLE = {
    "audit_entry": _PURGED.format(key="id"),
    "audit_detail": _PURGED.format(key="entry_id"),
    "audit_seal": _PURGED_SEAL,
}


def install(apps: Any, schema_editor: Any) -> None:
    """Put the guards up."""
    makers = {"postgresql": _postgresql, "sqlite": _sqlite, "mysql": _mysql}
    for statement in makers[schema_editor.connection.vendor](schema_editor.connection.ops.quote_name):
        schema_editor.execute(statement, params=None)


def remove(apps: Any, schema_editor: Any) -> None:
    """Take them down again, before the tables go; triggers and policies go with their tables."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION audit_purge(uuid, bigint)", params=None)
        schema_editor.execute("DROP FUNCTION audit_refuse() CASCADE", params=None)
        schema_editor.execute("DROP FUNCTION audit_erase_only() CASCADE", params=None)


def _sqlite(quote: Any) -> Iterator[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    for table in ("audit_entry", "audit_seal"):
        yield f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} {refuse}"
    change = f"NOT ({_SAME}) AND NOT ({_ERASED})".format(new="NEW", old="OLD")
    yield f"CREATE TRIGGER audit_detail_update BEFORE UPDATE ON audit_detail WHEN {change} {refuse}"
    for table, purged in _DELETABLE.items():
        yield f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} WHEN NOT {purged} {refuse}"


def _mysql(quote: Any) -> Iterator[str]:
    refuse = f"SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{MESSAGE}'"
    for table in ("audit_entry", "audit_seal"):
        yield f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} FOR EACH ROW {refuse}"
    change = f"NOT ({_SAME}) AND NOT ({_ERASED})".format(new="NEW", old="OLD")
    yield (
        "CREATE TRIGGER audit_detail_update BEFORE UPDATE ON audit_detail FOR EACH ROW "
        f"BEGIN IF {change} THEN {refuse}; END IF; END"
    )
    for table, purged in _DELETABLE.items():
        yield (
            f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} FOR EACH ROW "
            f"BEGIN IF NOT {purged} THEN {refuse}; END IF; END"
        )


def _postgresql(quote: Any) -> Iterator[str]:
    system = quote(settings.DATABASE_SYSTEM_ROLE)
    yield f"""
        CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' AND current_setting('audit.purging', true) = 'on' THEN
                RETURN NULL;
            END IF;
            RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'insufficient_privilege';
        END $$
    """
    change = f"NOT ({_SAME}) AND NOT ({_ERASED})".format(new="NEW", old="OLD")
    yield f"""
        CREATE FUNCTION audit_erase_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {change} THEN
                RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'insufficient_privilege';
            END IF;
            RETURN NEW;
        END $$
    """
    for table in _KEPT:
        # For the statement and not for each row: also one that would find no row, or none that it may see, is refused.
        what = "DELETE OR TRUNCATE" if table == "audit_detail" else "UPDATE OR DELETE OR TRUNCATE"
        yield f"CREATE TRIGGER {table}_refuse BEFORE {what} ON {table} EXECUTE FUNCTION audit_refuse()"
        yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_refuse"
        yield _revoke(table, "DELETE, TRUNCATE" if table == "audit_detail" else "UPDATE, DELETE, TRUNCATE")
    yield _revoke("audit_head", "DELETE, TRUNCATE")
    yield (
        "CREATE TRIGGER audit_detail_erase_only BEFORE UPDATE ON audit_detail "
        "FOR EACH ROW EXECUTE FUNCTION audit_erase_only()"
    )
    yield "ALTER TABLE audit_detail ENABLE ALWAYS TRIGGER audit_detail_erase_only"
    for table in _ROWS:
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
        yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
        yield f"CREATE POLICY audit_organization ON {table} FOR SELECT USING ({_ORGANIZATION})"
        yield f"CREATE POLICY audit_insert ON {table} FOR INSERT WITH CHECK (true)"
        yield f"CREATE POLICY audit_system ON {table} TO {system} USING (true) WITH CHECK (true)"
        yield (
            f"CREATE POLICY audit_purge ON {table} TO CURRENT_USER "
            "USING ((SELECT current_setting('audit.purging', true)) = 'on')"
        )
    yield _PURGE
    yield "REVOKE ALL ON FUNCTION audit_purge(uuid, bigint) FROM PUBLIC"
    yield f"GRANT EXECUTE ON FUNCTION audit_purge(uuid, bigint) TO {system}"


def _revoke(table: str, rights: str) -> str:
    """From whomever the default privileges have granted them, whatever these roles are called."""
    return f"""
        DO $$
        DECLARE name text;
        BEGIN
            FOR name IN
                SELECT DISTINCT pg_get_userbyid(a.grantee) FROM pg_class c, aclexplode(c.relacl) a
                WHERE c.oid = '{table}'::regclass AND a.grantee NOT IN (0, c.relowner)
            LOOP
                EXECUTE format('REVOKE {rights} ON {table} FROM %I', name);
            END LOOP;
            REVOKE {rights} ON {table} FROM PUBLIC;
        END $$
    """  # nosec B608 - every name in it is one of ours


_PURGE = """
    CREATE FUNCTION audit_purge(the_chain uuid, up_to bigint) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE
        last text;
        purged bigint;
    BEGIN
        PERFORM set_config('audit.purging', 'on', true);
        SELECT hash INTO last FROM audit_seal WHERE chain = the_chain AND seq = up_to;
        IF last IS NULL THEN
            RAISE EXCEPTION 'there is no such seal' USING ERRCODE = 'no_data_found';
        END IF;
        IF EXISTS (
            SELECT FROM audit_seal s JOIN audit_entry e ON e.id = s.entry_id
            WHERE s.chain = the_chain AND s.seq <= up_to AND e.created_at > now() - interval '30 days'
        ) THEN
            RAISE EXCEPTION 'an audit row of the last thirty days stays' USING ERRCODE = 'insufficient_privilege';
        END IF;
        UPDATE audit_head SET purged_seq = up_to, purged_hash = last WHERE chain = the_chain AND purged_seq < up_to;
        DELETE FROM audit_detail d USING audit_seal s
            WHERE s.chain = the_chain AND s.seq <= up_to AND d.entry_id = s.entry_id;
        DELETE FROM audit_entry e USING audit_seal s
            WHERE s.chain = the_chain AND s.seq <= up_to AND e.id = s.entry_id;
        DELETE FROM audit_seal WHERE chain = the_chain AND seq <= up_to;
        GET DIAGNOSTICS purged = ROW_COUNT;
        PERFORM set_config('audit.purging', 'off', true);
        RETURN purged;
    END $$
"""
