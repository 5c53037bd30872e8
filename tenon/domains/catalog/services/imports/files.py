"""Tables as files of the organization: what callers send, and what they are given."""

from dataclasses import replace
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Any, cast
from uuid import UUID

from tenon.domains.catalog.errors import UnreadableTable
from tenon.domains.catalog.models import ProductImport
from tenon.domains.catalog.policies import EXPORT
from tenon.domains.catalog.services.imports.exporting import export
from tenon.domains.catalog.services.imports.running import Report, run
from tenon.domains.catalog.services.imports.starting import require_rights
from tenon.kernel.outbox import delivery
from tenon.kernel.principal import Principal, PrincipalKind
from tenon.platform.files import policies, selectors, services


def keep(*, principal: Principal, content: IO[bytes], now: datetime) -> UUID:
    """Keep a table that came with the request as a file, and return its id. Raises Forbidden, and what files refuse."""
    require_rights(principal)
    file = services.upload(
        principal=replace(principal, permissions=principal.permissions | {policies.WRITE}),
        purpose=policies.IMPORT.name,
        name="products.csv",
        content=content,
        content_type="text/csv",
        now=now,
    )
    return file.id


def take_in_file(*, import_id: UUID, report: Report, now: datetime) -> dict[str, Any]:
    """Run an import of a file, in the organization of the running job. Raises UnreadableTable, NotFound, NotReady."""
    organization_id = cast(UUID, delivery.current_organization_id())
    with delivery.job_scope(read_only=True):
        file_id = cast(UUID, ProductImport.objects.values_list("file_id", flat=True).get(pk=import_id))
    content = selectors.open_file(organization_id=organization_id, file_id=file_id)
    if content is None:
        raise UnreadableTable(extra={"reason": "lost"})
    with content.stream as stream:
        return run(
            organization_id=organization_id,
            import_id=import_id,
            content=stream,
            size=content.size,
            report=report,
            now=now,
        )


def export_to_file(*, actor_id: UUID, report: Report, now: datetime) -> dict[str, Any]:
    """Write all products of the running job's organization into a file of its own, kept for some days."""
    organization_id = cast(UUID, delivery.current_organization_id())
    # Somebody who might read the catalog has asked for it; the file is the organization's.
    writer = Principal(PrincipalKind.SERVICE, actor_id, organization_id, frozenset({policies.WRITE}))
    with TemporaryFile() as target:
        number = export(organization_id=organization_id, target=target, report=report)
        file = services.upload(
            principal=writer,
            purpose=EXPORT.name,
            name=f"products-{now:%Y-%m-%d}.csv",
            content=target,
            content_type="text/csv",
            now=now,
        )
    return {"file_id": str(file.id), "products": number, "size": file.size}
