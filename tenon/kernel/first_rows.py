"""Making a row that others may be making at the same moment: one is made, and everybody goes on with that one."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Model
from django.db.models.sql import InsertQuery


def insert_missing(rows: Sequence[Model]) -> None:
    """Insert those of `rows`, which bring their primary keys, that are in no unique constraint's way.

    Waits for whoever is about to insert the same. Afterwards the rows are there, whoever has made them; read one again,
    under a lock, to change it.

    On MariaDB, `get_or_create` and INSERT IGNORE leave everybody who comes too late with a shared lock on the row that
    was there. Two of them who then want to change it wait for each other in vain. This takes the row for oneself from
    the start.
    """
    if not rows:
        return
    model = type(rows[0])
    if connection.vendor != "mysql":
        model._default_manager.bulk_create(rows, ignore_conflicts=True)
        return
    query = InsertQuery(model)
    query.insert_values([field for field in model._meta.concrete_fields if not field.generated], list(rows))
    key = connection.ops.quote_name(str(model._meta.pk.column))
    with connection.cursor() as cursor:
        for statement, values in query.get_compiler(connection=connection).as_sql():
            cursor.execute(f"{statement} ON DUPLICATE KEY UPDATE {key} = {key}", values)
