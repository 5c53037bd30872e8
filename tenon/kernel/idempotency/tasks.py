"""The upkeep of the stored answers."""

from datetime import timedelta

from django.conf import settings

from tenon.kernel import clock
from tenon.kernel.idempotency import purging
from tenon.kernel.retention.declaring import purge


@purge("idempotency.purge", every=timedelta(hours=1))
def purge_answers() -> int:
    """Forget the answers that are older than settings.IDEMPOTENCY_KEEP_HOURS."""
    return purging.purge(before=clock.now() - timedelta(hours=settings.IDEMPOTENCY_KEEP_HOURS))
