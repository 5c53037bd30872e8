"""Jobs of organizations, which the relay runs."""

from datetime import timedelta

from tenon.kernel import clock
from tenon.kernel.outbox.registry import job, schedule
from tenon.platform.organizations import services


@job("organizations.expire_invitations")
def expire_invitations() -> None:
    """Mark the invitations whose time is up."""
    services.expire(now=clock.now())


schedule("organizations.expire_invitations", every=timedelta(hours=1))
