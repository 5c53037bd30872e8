"""Jobs of identity, which the relay runs."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from tenon.kernel import clock
from tenon.kernel.outbox.publishing import enqueue
from tenon.kernel.outbox.registry import job, schedule
from tenon.kernel.personal_data import erasing
from tenon.kernel.retention.declaring import purge
from tenon.platform.identity.services import erasure, magic_codes, passwords, purging, verification


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


@job("identity.erase_due")
def erase_due() -> None:
    """Erase everybody whose time is up: one job for each, so that one who cannot be erased keeps no other."""
    for user_id in erasure.due(now=clock.now()):
        with transaction.atomic():
            enqueue("identity.erase", {"user_id": user_id})


@job("identity.erase", lease=timedelta(minutes=10))
def erase(*, user_id: UUID) -> None:
    """Have everything that is held of a person forgotten, if they did not sign in meanwhile."""
    now = clock.now()
    if erasure.begin_erasure(user_id=user_id, now=now):
        erasing.erase(user_id=user_id, now=now)


@purge("identity.purge", every=timedelta(hours=1))
def purge_secrets() -> int:
    """Delete sessions and secrets that ended long ago, and magic codes that have expired."""
    return purging.purge(now=clock.now())


schedule("identity.erase_due", every=timedelta(hours=1))
