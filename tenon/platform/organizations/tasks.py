"""Jobs of organizations, which the relay runs."""

from datetime import timedelta

from tenon.kernel import clock
from tenon.kernel.retention.declaring import purge
from tenon.platform.organizations import services


@purge("organizations.expire_invitations", every=timedelta(hours=1))
def expire_invitations() -> int:
    """Mark the invitations whose time is up."""
    return services.expire(now=clock.now())
