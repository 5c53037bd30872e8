"""The three roles of a PostgreSQL database: one owns the tables, one serves requests, one may see every row.

The application owns nothing, is held back by row-level security, and may become the system role without inheriting
it: only `system_scope` shows it everything. Tables that the owner makes later are granted by default privileges.

A model may say that nobody but the owner has more than some privileges on its table, `row_rights = ("SELECT",
"INSERT")`. Its migration revokes the others, since the default privileges have granted them by then; here they stay so.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from psycopg import sql

_SCHEMA = sql.Identifier("public")
_ROW_RIGHTS = sql.SQL("SELECT, INSERT, UPDATE, DELETE")
_SEQUENCE_RIGHTS = sql.SQL("USAGE, SELECT")
# What none of the three may be; `pg_roles` has a column for each.
_REFUSED = {
    "rolsuper": "NOSUPERUSER",
    "rolcreaterole": "NOCREATEROLE",
    "rolcreatedb": "NOCREATEDB",
    "rolreplication": "NOREPLICATION",
    "rolbypassrls": "NOBYPASSRLS",
    "rolinherit": "NOINHERIT",
}
_KINDS = {"r": "TABLE", "p": "TABLE", "v": "VIEW", "m": "MATERIALIZED VIEW", "S": "SEQUENCE"}


@dataclass(frozen=True, slots=True)
class Roles:
    """The names of the three roles."""

    owner: str = "tenon_owner"
    application: str = "tenon_app"
    system: str = "tenon_system"


def rights_of_models() -> dict[str, tuple[str, ...]]:
    """Table -> the privileges that the application and the system role have on it, where a model says so."""
    return {model._meta.db_table: model.row_rights for model in apps.get_models() if hasattr(model, "row_rights")}


def statements(
    cursor: Any, roles: Roles, passwords: Mapping[str, str], rights: Mapping[str, Sequence[str]]
) -> Iterator[sql.Composed]:
    """What makes the roles of the connected database as they must be, whatever is there already.

    `cursor` is psycopg's, of a role that may create roles and owns the database; `passwords` are by role name, and a
    role without one keeps what it has; `rights` are by table, of those on which the application has fewer than all.
    Only a role's attributes and what exists already are looked up; every other statement may be repeated.
    """
    owner, application, system = (sql.Identifier(name) for name in (roles.owner, roles.application, roles.system))
    for name in (roles.owner, roles.application, roles.system):
        yield from _role(cursor, name, login=name != roles.system, password=passwords.get(name, ""))
    yield sql.SQL("REVOKE {} FROM {}").format(owner, application)
    for member in (owner, application):
        yield sql.SQL("GRANT {} TO {}{}").format(system, member, _without_inheriting(cursor))
    if not _value(cursor, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"):
        yield sql.SQL("GRANT {} TO CURRENT_USER").format(owner)

    database = sql.Identifier(_value(cursor, "SELECT current_database()"))
    yield sql.SQL("GRANT CONNECT, CREATE, TEMPORARY ON DATABASE {} TO {}").format(database, owner)
    yield sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, application)
    yield sql.SQL("ALTER SCHEMA {} OWNER TO {}").format(_SCHEMA, owner)
    yield sql.SQL("REVOKE CREATE ON SCHEMA {} FROM PUBLIC").format(_SCHEMA)
    yield sql.SQL("GRANT USAGE ON SCHEMA {} TO {}, {}").format(_SCHEMA, application, system)
    yield from _take_over(cursor, roles, rights)
    yield from _narrow(cursor, roles, rights)
    for usual, kind in ((_ROW_RIGHTS, "TABLES"), (_SEQUENCE_RIGHTS, "SEQUENCES")):
        yield sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {} IN SCHEMA {} GRANT {} ON {} TO {}, {}").format(
            owner, _SCHEMA, usual, sql.SQL(kind), application, system
        )


def _role(cursor: Any, name: str, *, login: bool, password: str) -> Iterator[sql.Composed]:
    role = sql.Identifier(name)
    columns = sql.SQL(", ").join(sql.Identifier(column) for column in ("rolcanlogin", *_REFUSED))
    cursor.execute(sql.SQL("SELECT {} FROM pg_roles WHERE rolname = %s").format(columns), [name])
    found = cursor.fetchone()
    word = sql.SQL("LOGIN" if login else "NOLOGIN")
    if found is None:
        yield sql.SQL("CREATE ROLE {} {} NOINHERIT").format(role, word)
    else:
        wrong = [sql.SQL(refusal) for refusal, has in zip(_REFUSED.values(), found[1:], strict=True) if has]
        if found[0] is not login:
            wrong.append(word)
        if wrong:
            yield sql.SQL("ALTER ROLE {} {}").format(role, sql.SQL(" ").join(wrong))
    if password:
        # Hashed here, so that no log of the server's ever sees it.
        pgconn = cursor.connection.pgconn
        hashed = pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
        yield sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, sql.Literal(hashed))


def _without_inheriting(cursor: Any) -> sql.SQL:
    """Before PostgreSQL 16 the member's own NOINHERIT says it; since then each grant does."""
    return sql.SQL(" WITH INHERIT FALSE, SET TRUE" if cursor.connection.info.server_version >= 160000 else "")


def _take_over(cursor: Any, roles: Roles, rights: Mapping[str, Sequence[str]]) -> Iterator[sql.Composed]:
    """Tables that another role made become the owner's, and are granted like those that it will make."""
    cursor.execute(
        """
        SELECT c.relkind, c.relname, EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i'))
        FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
          AND pg_get_userbyid(c.relowner) <> %s
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
        ORDER BY c.relname
        """,
        [roles.owner],
    )
    granted = sql.SQL("{}, {}").format(sql.Identifier(roles.application), sql.Identifier(roles.system))
    for kind, name, follows_its_table in cursor.fetchall():
        relation = sql.SQL("{}.{}").format(_SCHEMA, sql.Identifier(name))
        granted_rights = _SEQUENCE_RIGHTS if kind == "S" else _ROW_RIGHTS
        of = sql.SQL("SEQUENCE " if kind == "S" else "")
        if not follows_its_table:
            owner = sql.Identifier(roles.owner)
            yield sql.SQL("ALTER {} {} OWNER TO {}").format(sql.SQL(_KINDS[kind]), relation, owner)
        if name not in rights:
            yield sql.SQL("GRANT {} ON {}{} TO {}").format(granted_rights, of, relation, granted)


def _narrow(cursor: Any, roles: Roles, rights: Mapping[str, Sequence[str]]) -> Iterator[sql.Composed]:
    """Tables on which the application has less than elsewhere have exactly that, whatever was granted before."""
    if not rights:
        return
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname = ANY (%s) ORDER BY 1",
        [list(rights)],
    )
    narrowed = sql.SQL("{}, {}").format(sql.Identifier(roles.application), sql.Identifier(roles.system))
    for (name,) in cursor.fetchall():
        relation = sql.SQL("{}.{}").format(_SCHEMA, sql.Identifier(name))
        yield sql.SQL("REVOKE ALL ON {} FROM PUBLIC, {}").format(relation, narrowed)
        words = sql.SQL(", ").join(sql.SQL(right) for right in rights[name])
        yield sql.SQL("GRANT {} ON {} TO {}").format(words, relation, narrowed)


def _value(cursor: Any, query: str) -> Any:
    cursor.execute(query)
    return cursor.fetchone()[0]
