"""All that a database holds, in one number, to see that nothing has changed."""

import hashlib
from collections.abc import Container, Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import connection, models

from tenon.kernel.tenancy.scopes import system_scope

# Counts requests, refused ones too.
_NOT_THE_DOMAINS = {"limits.Counter"}


def tables() -> list[type[models.Model]]:
    """The tables whose rows mean something to somebody."""
    found = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    return [model for model in found if model._meta.label not in _NOT_THE_DOMAINS]


def digest(*, but: Container[str] = ()) -> str:
    """SHA-256 of every row of every table, those of all organizations included; `but` names tables to pass over."""
    total = hashlib.sha256()
    quote = connection.ops.quote_name
    # Built by hand: a hundred tables are read before and after each of a thousand requests.
    with system_scope(reason="a test looks at everything", read_only=True), connection.cursor() as cursor:
        for meta in (model._meta for model in tables() if model._meta.label not in but):
            key = quote(meta.pk.column)
            cursor.execute(f"SELECT * FROM {quote(meta.db_table)} ORDER BY {key}")
            total.update(repr((meta.label, cursor.fetchall())).encode())
    return total.hexdigest()


@contextmanager
def nothing_changes() -> Iterator[None]:
    """Fails when the block changes a row of anybody."""
    before = digest()
    yield
    assert digest() == before, "a row was changed"
