"""Jobs of files, which the relay runs."""

from datetime import timedelta
from uuid import UUID

from tenon.kernel import clock
from tenon.kernel.outbox.registry import job
from tenon.kernel.retention.declaring import purge
from tenon.platform.files import services


@job("files.remove_bytes")
def remove_bytes(*, keys: list[str]) -> None:
    """Remove bytes that no row points to any more."""
    services.remove_bytes(keys=keys)


@job("files.clear", lease=timedelta(minutes=10))
def clear(*, organization_id: UUID) -> None:
    """Delete every file of an organization that nobody has any more."""
    services.clear(organization_id=organization_id)


@purge("files.expire", every=timedelta(minutes=10))
def expire() -> int:
    """Give up overdue uploads, and delete files whose time is up."""
    return services.expire(now=clock.now())


@purge("files.purge_orphans", every=timedelta(hours=24), lease=timedelta(hours=1))
def purge_orphans() -> int:
    """Remove bytes without a row, and tell of rows without bytes."""
    return services.purge_orphans(now=clock.now()).orphans
