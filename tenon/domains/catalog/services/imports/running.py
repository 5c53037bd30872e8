"""A table, some rows in a transaction: whoever takes the work over goes on behind the last row that is done."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import IO, Any
from uuid import UUID

from django.db import IntegrityError, transaction

from tenon.domains.catalog.engines import tables
from tenon.domains.catalog.engines.tables import NotATable, Row
from tenon.domains.catalog.errors import UnreadableTable
from tenon.domains.catalog.events import ProductsImported
from tenon.domains.catalog.models import ProductImport, RejectedRow
from tenon.domains.catalog.services.imports.applying import Outcome, apply
from tenon.domains.catalog.services.versions import raise_version
from tenon.kernel.outbox.publishing import publish
from tenon.kernel.retries import retried
from tenon.kernel.tenancy.scopes import organization_scope, system_scope

BATCH = 500  # rows of a transaction
MOST_REPORTED = 10_000  # rejected rows that are kept, of one table
KEPT = timedelta(days=30)
_PIECE = 1 << 16
_TRIES = 3

Report = Callable[[float], None]
"""How far it is, from 0 to 1."""


def run(
    *, organization_id: UUID, import_id: UUID, content: IO[bytes], size: int, report: Report, now: datetime
) -> dict[str, Any]:
    """Take the rows in that are not done yet, and return the numbers of all. Raises UnreadableTable.

    What was done before an unreadable place stays done.
    """
    with organization_scope(organization_id, read_only=True):
        table = ProductImport.objects.get(pk=import_id)
        done, currency = table.line, table.currency
    read = _Read(content)
    try:
        rows = (row for row in tables.rows(tables.lines(read), currency=currency) if row.line > done)
        for batch in _batches(rows):
            _take_in(organization_id, import_id, batch, now=now)
            report(min(read.bytes / size, 0.99) if size else 0.99)
    except NotATable as refused:
        raise UnreadableTable(extra={"reason": refused.reason}) from None
    return _finish(organization_id, import_id, now=now)


def purge(*, now: datetime) -> int:
    """Forget the imports of long ago. Returns how many."""
    with system_scope(reason="imports of every organization are kept for a while only"):
        gone = ProductImport.objects.filter(created_at__lt=now - KEPT)
        number = gone.count()
        gone.delete()
    return number


class _Read:
    """The pieces of a stream, counted."""

    def __init__(self, content: IO[bytes]) -> None:
        self.content = content
        self.bytes = 0

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.content.read(_PIECE):
            self.bytes += len(piece)
            yield piece


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Up to BATCH rows together, none of which speaks of a product that another one speaks of."""
    batch: list[Row] = []
    skus: set[str] = set()
    for row in rows:
        if len(batch) == BATCH or (row.sku and row.sku in skus):
            yield batch
            batch, skus = [], set()
        batch.append(row)
        skus.add(row.sku)
    if batch:
        yield batch


@retried
def _take_in(organization_id: UUID, import_id: UUID, batch: list[Row], *, now: datetime) -> None:
    for left in reversed(range(_TRIES)):
        try:
            with organization_scope(organization_id):
                _apply(import_id, batch, now=now)
            return
        except IntegrityError:
            # Somebody else has made a product with such an SKU or barcode meanwhile: now it is known.
            if not left:
                raise


def _apply(import_id: UUID, batch: list[Row], *, now: datetime) -> None:
    table = ProductImport.objects.select_for_update().get(pk=import_id)
    rows = [row for row in batch if row.line > table.line]
    if not rows:  # a worker that was taken for lost has done them
        return
    with transaction.atomic():
        outcome = apply(rows, table=table, now=now)
        if table.dry_run:
            transaction.set_rollback(True)
    _report(table, outcome)
    table.line = rows[-1].line
    table.created += outcome.created
    table.updated += outcome.updated
    table.unchanged += outcome.unchanged
    table.rejected += len(outcome.rejected)
    table.save(update_fields=["line", "created", "updated", "unchanged", "rejected"])
    if (outcome.created or outcome.updated) and not table.dry_run:
        raise_version()


def _report(table: ProductImport, outcome: Outcome) -> None:
    room = max(0, MOST_REPORTED - table.rejected)
    RejectedRow.objects.bulk_create(
        RejectedRow(run=table, line=row.line, sku=row.sku, reasons=list(reasons))
        for row, reasons in islice(outcome.rejected, room)
    )


def _finish(organization_id: UUID, import_id: UUID, *, now: datetime) -> dict[str, Any]:
    with organization_scope(organization_id):
        table = ProductImport.objects.select_for_update().get(pk=import_id)
        numbers = {
            "created": table.created,
            "updated": table.updated,
            "unchanged": table.unchanged,
            "rejected": table.rejected,
        }
        if table.finished_at is None:
            table.finished_at = now
            table.save(update_fields=["finished_at"])
            if not table.dry_run:
                publish(
                    ProductsImported(organization_id, table.started_by_id, import_id=import_id, **numbers),
                    aggregate=f"import:{import_id}",
                    organization_id=organization_id,
                )
    return {"import_id": str(import_id), "dry_run": table.dry_run, **numbers}
