"""Jobs of identity, which the relay runs."""

from datetime import timedelta
from uuid import UUID

from tenon.kernel import clock
from tenon.kernel.outbox.registry import job, schedule
from tenon.platform.identity.services import magic_codes, passwords, purging, verification


@job("identity.send_verification")
def send_verification(*, address: str) -> None:
    """Mail a verification link, where the address has an account that waits for one."""
    verification.send_verification(address=address, now=clock.now())


@job("identity.send_password_reset")
def send_password_reset(*, address: str) -> None:
    """Mail a link that sets a new password, where the address has an active account."""
    passwords.send_password_reset(address=address, now=clock.now())


@job("identity.send_magic_code")
def send_magic_code(*, challenge_id: UUID, code: str, secret: str) -> None:
    """Mail a magic code and its link, unless the address is a disabled account's."""
    magic_codes.send_magic_code(challenge_id=challenge_id, code=code, secret=secret, now=clock.now())


@job("identity.purge")
def purge() -> None:
    """Delete sessions and secrets that ended long ago, and magic codes that have expired."""
    purging.purge(now=clock.now())


schedule("identity.purge", every=timedelta(hours=1))
