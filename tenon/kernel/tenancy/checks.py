"""System checks of the database, for `manage.py check --database default`."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.db import connections


def check_role(app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """The role that serves requests is held back by row-level security: connecting says so."""
    found: list[CheckMessage] = []
    for alias in databases or []:
        try:
            connections[alias].ensure_connection()
        except ImproperlyConfigured as error:
            found.append(Error(str(error), id="tenancy.E003"))
    return found
