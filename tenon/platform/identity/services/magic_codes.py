"""Mailing codes that sign somebody in, or up, without a password."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tenon.kernel import crypto, mail
from tenon.kernel.ids import new_id
from tenon.kernel.limits import counting
from tenon.kernel.outbox.publishing import enqueue
from tenon.platform.identity.engines import addresses, magic_codes, magic_links
from tenon.platform.identity.models import MagicCode, User
from tenon.platform.identity.services.refusals import require_all
from tenon.platform.identity.services.sessions import Device


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a code answers to. `debug_token` is the code itself, on a developer's machine that asks for it."""

    challenge_id: UUID
    debug_token: str | None = None


def request_magic_code(*, email: str, device: Device, now: datetime) -> Challenge:
    """Have a code and a link mailed to `email`. The caller cannot tell whether it has an account.

    Counted by address; by account together with the network that the address is in, so that a stranger uses up his own
    codes and not the owner's; and, more widely, by account, so that nobody's mailbox is flooded.
    Raises RuntimeError, before anything is counted or stored, when MAGIC_LINK_VERIFY_URL leads nowhere; InvalidEmail;
    TooManyRequests.
    """
    magic_links.verify_page(settings.MAGIC_LINK_VERIFY_URL)
    address = addresses.normalized(email)
    by_device = [("magic", device.ip)] if device.ip else []
    seen_from = f"{address} {counting.network(device.ip)}"
    by_account = [("magic_account", seen_from), ("magic_account_day", seen_from), ("magic_mailbox", address)]
    require_all([*by_device, *by_account], what="magic_code:request_refused", ip=device.ip)
    challenge_id, code, secret = new_id(), magic_codes.new_code(), crypto.random_token()
    with transaction.atomic():
        MagicCode.objects.create(
            id=challenge_id,
            address_hmac=magic_codes.address_hmac(address),
            email=magic_codes.seal_email(email.strip(), challenge_id=challenge_id),
            code_hmac=magic_codes.code_hmac(code),
            link_digest=crypto.digest(secret),
            created_at=now,
            expires_at=now + settings.MAGIC_LINK_LIFETIME,
        )
        payload = {"challenge_id": challenge_id, "code": code, "secret": secret}
        enqueue("identity.send_magic_code", payload, secret=True)
    echoed = settings.DEBUG and settings.MAGIC_LINK_DEBUG_ECHO_TOKEN
    return Challenge(challenge_id=challenge_id, debug_token=code if echoed else None)


def send_magic_code(*, challenge_id: UUID, code: str, secret: str, now: datetime) -> None:
    """Mail the code of a challenge, to the address as it was registered where it has an account that is not disabled.

    Raises RuntimeError when MAGIC_LINK_VERIFY_URL leads nowhere.
    """
    page = magic_links.verify_page(settings.MAGIC_LINK_VERIFY_URL)
    with transaction.atomic():
        challenge = MagicCode.objects.select_for_update().unused(now).filter(pk=challenge_id).first()
        if challenge is None:
            return
        email, name, locale = magic_codes.unseal_email(challenge.email, challenge_id=challenge_id), "", ""
        user = User.objects.with_address(addresses.normalized(email)).first()
        if user is not None:
            if not user.is_active:
                return
            # Whoever asked may have typed another address that merely folds to the same.
            email, locale = user.email, user.locale
            name = user.display_name if user.is_verified else ""  # otherwise it is what a stranger typed
            challenge.email = magic_codes.seal_email(email, challenge_id=challenge_id)
            challenge.save(update_fields=["email"])
        mail.send(
            template="magic_code",
            to=email,
            context={
                "name": name,
                "code": code,
                "link": magic_links.link(page, token=secret),
                "minutes": settings.MAGIC_LINK_LIFETIME // timedelta(minutes=1),
            },
            locale=locale,
        )
