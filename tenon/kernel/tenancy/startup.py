"""The process refuses to work as a database role that row-level security does not hold back.

Asked on the first connection of a process, where `DATABASE_ROLE_IS_CHECKED` is on (production): as such a role every
query would see every organization, and nothing would look wrong.
"""

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

_REASONS = (
    "is a superuser",
    "has BYPASSRLS",
    "owns tables or may become their owner",
    "inherits the system role, so that it sees every row at any time",
    "may not become the system role",
)
# `pg_has_role` knows USAGE (has it now, by inheritance) and MEMBER (may take it up by SET ROLE).
_QUESTION = """
    SELECT me.rolsuper, me.rolbypassrls,
        EXISTS (SELECT FROM pg_class c WHERE c.relkind IN ('r', 'p') AND pg_has_role(me.oid, c.relowner, 'MEMBER')
                AND c.relnamespace = ANY (current_schemas(false)::regnamespace[])),
        EXISTS (SELECT FROM pg_roles s WHERE s.rolname = %(system)s AND pg_has_role(me.oid, s.oid, 'USAGE')),
        NOT EXISTS (SELECT FROM pg_roles s WHERE s.rolname = %(system)s AND pg_has_role(me.oid, s.oid, 'MEMBER')),
        me.rolname
    FROM pg_roles me WHERE me.rolname = current_user
"""

_found_safe = False


def role_faults(connection: BaseDatabaseWrapper) -> list[str]:
    """What makes the role of `connection` unfit to serve requests; empty when it is fit, and off PostgreSQL."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        return faults_of(cursor)


def faults_of(cursor: Any) -> list[str]:
    """The same for any cursor on PostgreSQL, of Django's or psycopg's own."""
    cursor.execute(_QUESTION, {"system": settings.DATABASE_SYSTEM_ROLE})
    *answers, name = cursor.fetchone()
    return [f"{name} {reason}" for reason, true in zip(_REASONS, answers, strict=True) if true]


def refuse_unsafe_role(*, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Receives `connection_created`. Raises ImproperlyConfigured for an unsafe role; asks once in a process."""
    global _found_safe
    if _found_safe or not settings.DATABASE_ROLE_IS_CHECKED:
        return
    if found := role_faults(connection):
        connection.close()
        raise ImproperlyConfigured(
            f"DATABASE_URL must name a role that row-level security holds back: {'; '.join(found)}. "
            "`manage.py database_roles` makes one, and MIGRATION_DATABASE_URL names the owner of the tables."
        )
    _found_safe = True


def check_database_role() -> None:
    """For the start of a server: ask now. A database that is not there yet is asked on the first connection.

    Raises ImproperlyConfigured.
    """
    if not settings.DATABASE_ROLE_IS_CHECKED:
        return
    connection = connections[DEFAULT_DB_ALIAS]
    try:
        connection.ensure_connection()
    except OperationalError:
        return
    connection.close()
