"""`manage.py database_roles`: create or mend the three roles of a PostgreSQL database."""

import os
import re
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from tenon.kernel.tenancy.roles import Roles, rights_of_models, statements

_PASSWORDS = {"owner": "DATABASE_OWNER_PASSWORD", "application": "DATABASE_APPLICATION_PASSWORD"}
_HASH = re.compile(r"'SCRAM-SHA-256\$[^']*'")


class Command(BaseCommand):
    """Safe to repeat. Connects as ADMIN_DATABASE_URL says, a role that may create roles and owns the database."""

    help = (
        "Create or mend the PostgreSQL roles: the owner of the tables (MIGRATION_DATABASE_URL), the application's "
        "(DATABASE_URL) and the one that may see every row. Run it before the first migrate, and again at any time. "
        "DATABASE_OWNER_PASSWORD and DATABASE_APPLICATION_PASSWORD, where they are set, become the passwords."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--owner", default=Roles().owner, help="who owns the tables (default: %(default)s)")
        parser.add_argument("--application", default=Roles().application, help="who serves (default: %(default)s)")
        parser.add_argument(
            "--system", default=settings.DATABASE_SYSTEM_ROLE, help="who sees all (default: %(default)s)"
        )
        parser.add_argument("--dry-run", action="store_true", help="only print the SQL")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("Roles are for PostgreSQL: let ADMIN_DATABASE_URL or DATABASE_URL name such a database.")
        roles = Roles(options["owner"], options["application"], options["system"])
        passwords = {getattr(roles, role): os.environ.get(variable, "") for role, variable in _PASSWORDS.items()}
        with transaction.atomic(), connection.cursor() as wrapper:
            cursor = wrapper.cursor
            for statement in statements(cursor, roles, passwords, rights_of_models()):
                self._show(statement.as_string(cursor)) if dry_run else cursor.execute(statement)
        if not dry_run:
            self.stdout.write(f"{roles.owner}, {roles.application} and {roles.system} are in place.")

    def _show(self, statement: str) -> None:
        self.stdout.write(_HASH.sub("'…'", statement) + ";")
