"""Jobs of identity, which the relay runs."""

from datetime import timedelta

from tenon.kernel import clock
from tenon.kernel.outbox.registry import job, schedule
from tenon.platform.identity.services import passwords, purging, verification


@job("identity.send_verification")
def send_verification(*, address: str) -> None:
    """Mail a verification link, where the address has an account that waits for one."""
    verification.send_verification(address=address, now=clock.now())


@job("identity.send_password_reset")
def send_password_reset(*, address: str) -> None:
    """Mail a link that sets a new password, where the address has an active account."""
    passwords.send_password_reset(address=address, now=clock.now())


@job("identity.purge")
def purge() -> None:
    """Delete sessions and secrets that ended long ago."""
    purging.purge(now=clock.now())


schedule("identity.purge", every=timedelta(hours=1))
