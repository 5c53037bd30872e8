"""Jobs of the webhooks, which the relay runs."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from tenon.kernel import clock
from tenon.kernel.operations import running as operations
from tenon.kernel.retention.declaring import purge
from tenon.platform.webhooks import services


@operations.job("webhooks.recover", lease=timedelta(minutes=10))
def recover(
    operation: operations.Running, *, organization_id: UUID, endpoint_id: UUID, since: datetime, until: datetime
) -> dict[str, int]:
    """Put what an endpoint has missed on its way again."""
    recovered = services.recover(
        organization_id=organization_id, endpoint_id=endpoint_id, since=since, until=until, now=clock.now()
    )
    return {"recovered": recovered}


@purge("webhooks.purge", every=timedelta(hours=1))
def purge_deliveries() -> int:
    """Delete what came to its end longer ago than it is kept."""
    return services.purge(settled_before=clock.now() - timedelta(days=settings.WEBHOOK_KEEP_DAYS))
