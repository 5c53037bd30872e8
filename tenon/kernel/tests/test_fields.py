"""Columns that mean the same on every database."""

import pytest
from django.db import connection

from tenon.kernel.fields import ExactCharField


@pytest.mark.parametrize(("vendor", "collation"), [("postgresql", None), ("sqlite", None), ("mysql", "utf8mb4_bin")])
def test_only_mysql_is_told_to_compare_exactly(monkeypatch, vendor: str, collation: str | None):
    monkeypatch.setattr(connection, "vendor", vendor)
    assert ExactCharField(max_length=10).db_parameters(connection)["collation"] == collation
