"""Jobs of API keys, which the relay runs."""

from datetime import timedelta

from tenon.kernel import clock
from tenon.kernel.outbox.registry import job, schedule
from tenon.kernel.retention.declaring import purge
from tenon.platform.api_keys import services


@job("api_keys.tell_expiring")
def tell_expiring() -> None:
    """Tell of the keys that end within a week."""
    services.tell_expiring(now=clock.now())


@purge("api_keys.purge", every=timedelta(hours=24))
def purge_keys() -> int:
    """Delete the keys that ended long ago."""
    return services.purge(now=clock.now())


schedule("api_keys.tell_expiring", every=timedelta(hours=1))
