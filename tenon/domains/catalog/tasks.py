"""Jobs of the catalog, which the relay runs."""

from datetime import timedelta
from uuid import UUID

from tenon.domains.catalog.services import images, imports, stock
from tenon.kernel import clock
from tenon.kernel.operations import running as operations
from tenon.kernel.operations.running import Running
from tenon.kernel.outbox.registry import job
from tenon.kernel.retention.declaring import purge


@purge("catalog.release_reservations", every=timedelta(minutes=1))
def release_reservations() -> int:
    """Let go of the stock that was held for purchases whose time is up."""
    return stock.release_overdue(now=clock.now())


@purge("catalog.purge_reservations", every=timedelta(days=1))
def purge_reservations() -> int:
    """Forget reservations that came to their end long ago."""
    return stock.purge(now=clock.now())


@operations.job("catalog.import_products", lease=timedelta(minutes=10))
def import_products(operation: Running, *, import_id: UUID) -> dict[str, object]:
    """Take a table of products in."""
    return imports.take_in_file(import_id=import_id, report=_reporting(operation), now=clock.now())


@operations.job("catalog.export_products", lease=timedelta(minutes=10))
def export_products(operation: Running, *, actor_id: UUID) -> dict[str, object]:
    """Write all products into a file."""
    return imports.export_to_file(actor_id=actor_id, report=_reporting(operation), now=clock.now())


@purge("catalog.purge_imports", every=timedelta(days=1))
def purge_imports() -> int:
    """Forget imports of long ago, and the rows that they have rejected."""
    return imports.purge(now=clock.now())


def _reporting(operation: Running) -> imports.Report:
    return lambda progress: operation.report(progress=progress)


@job("catalog.render_image")
def render_image(*, organization_id: UUID, image_id: UUID) -> None:
    """Make the smaller pictures of a picture."""
    images.render(organization_id=organization_id, image_id=image_id, now=clock.now())


@job("catalog.drop_files")
def drop_files(*, organization_id: UUID, file_ids: list[UUID]) -> None:
    """Delete the files of pictures that are gone."""
    images.drop(organization_id=organization_id, file_ids=file_ids)
