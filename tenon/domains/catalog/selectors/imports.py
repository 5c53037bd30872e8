"""Imports of products, and what was wrong with their tables."""

import csv
from io import StringIO
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from tenon.domains.catalog.models import ProductImport, RejectedRow
from tenon.kernel.errors import NotFound
from tenon.kernel.spreadsheets import safe
from tenon.kernel.tenancy.scopes import organization_scope

_SHOWN = (
    "id",
    "operation_id",
    "file_id",
    "dry_run",
    "currency",
    "line",
    "created",
    "updated",
    "unchanged",
    "rejected",
    "created_at",
    "finished_at",
)


def imports() -> QuerySet[ProductImport, Any]:
    """The imports of the open scope's organization."""
    rows: QuerySet[ProductImport, Any] = ProductImport.objects.values(*_SHOWN)
    return rows


def one_import(*, organization_id: UUID, import_id: UUID) -> dict[str, Any]:
    """One of them. Raises NotFound."""
    with organization_scope(organization_id, read_only=True):
        found: dict[str, Any] | None = imports().filter(pk=import_id).first()
    if found is None:
        raise NotFound
    return found


def rejected_rows(import_id: UUID) -> QuerySet[RejectedRow, Any]:
    """The rows that were not taken, in the open scope. Raises NotFound where there is no such import."""
    if not ProductImport.objects.filter(pk=import_id).exists():
        raise NotFound
    return RejectedRow.objects.filter(run_id=import_id).values("id", "line", "sku", "reasons")


def rejected_table(*, organization_id: UUID, import_id: UUID) -> str:
    """The same as CSV: 10,000 lines at most. Raises NotFound."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(("line", "sku", "reasons"))
    with organization_scope(organization_id, read_only=True):
        for row in rejected_rows(import_id).order_by("line"):
            writer.writerow((row["line"], safe(row["sku"]), " ".join(row["reasons"])))
    return text.getvalue()
