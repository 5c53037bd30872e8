"""`flush`, as Django's transactional tests call it: a fresh copy of the template, whatever rights the role has."""

from typing import Any

from django.core.management.commands import flush
from django.db import connections

from tenon.testing.databases import server
from tenon.testing.databases.clone import require_ours


class Command(flush.Command):
    """Emptying tables needs rights that the application role has not, and would empty what migrations have filled."""

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        name = connection.settings_dict["NAME"]
        require_ours(name)
        connection.close()
        server().renew(name)
