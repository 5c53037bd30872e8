"""Columns that mean the same on every database."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    _Text = models.CharField[str, str]
else:
    _Text = models.CharField


class ExactCharField(_Text):
    """Text that is compared code point by code point.

    PostgreSQL and SQLite do so by themselves; MariaDB and MySQL fold case and accents unless the column's collation
    is `utf8mb4_bin`, so that a unique key on `josé@…` would refuse `jose@…`.
    """

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        parameters: dict[str, Any] = dict(super().db_parameters(connection))
        if connection.vendor == "mysql":
            parameters["collation"] = "utf8mb4_bin"
        return parameters
