"""All that a database holds, in one number, to see that nothing has changed."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import models

from tenon.kernel.tenancy.scopes import system_scope

# Counts requests, refused ones too.
_NOT_THE_DOMAINS = {"limits.Counter"}


def tables() -> list[type[models.Model]]:
    """The tables whose rows mean something to somebody."""
    found = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    return [model for model in found if model._meta.label not in _NOT_THE_DOMAINS]


def digest() -> str:
    """SHA-256 of every row of every table, those of all organizations included."""
    total = hashlib.sha256()
    with system_scope(reason="a test looks at everything", read_only=True):
        for model in tables():
            for row in model._default_manager.order_by("pk").values_list():
                total.update(repr((model._meta.label, row)).encode())
    return total.hexdigest()


@contextmanager
def nothing_changes() -> Iterator[None]:
    """Fails when the block changes a row of anybody."""
    before = digest()
    yield
    assert digest() == before, "a row was changed"
