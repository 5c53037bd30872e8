"""Showing that mail to an address reaches the person."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from tenon.kernel import mail
from tenon.kernel.limits import counting
from tenon.kernel.outbox.publishing import enqueue, publish
from tenon.platform.identity.engines import addresses
from tenon.platform.identity.errors import InvalidSecret
from tenon.platform.identity.events import EmailVerified
from tenon.platform.identity.models import OneTimeSecret, User
from tenon.platform.identity.selectors import UserFacts, facts_of
from tenon.platform.identity.services import one_time_secrets
from tenon.platform.identity.services.one_time_secrets import LIFETIME, Purpose
from tenon.platform.identity.services.refusals import require_all


def verify_email(*, token: UUID | str, now: datetime) -> UserFacts:
    """Take the address as verified. The one secret that works again: mail scanners follow links before people do.

    Raises InvalidSecret.
    """
    try:
        secret = str(UUID(str(token)))
    except ValueError:
        raise InvalidSecret from None
    with transaction.atomic():
        row = OneTimeSecret.objects.matching(Purpose.VERIFY_EMAIL, secret).select_related("user").first()
        if row is None or (row.used_at is None and row.expires_at <= now):
            raise InvalidSecret
        OneTimeSecret.objects.filter(pk=row.pk, used_at__isnull=True).update(used_at=now)
        mark_verified(row.user)
    return facts_of(row.user)


def resend_verification(*, email: str, ip: str = "", now: datetime) -> None:
    """Send the link again, if the address is an account's and not verified. The caller cannot tell.

    Counted as `request_password_reset` is: by account as seen from the network that `ip` is in, and by account.
    Raises InvalidEmail, TooManyRequests.
    """
    address = addresses.normalized(email)
    counters = [("resend", f"{address} {counting.network(ip)}"), ("resend_account", address)]
    require_all(counters, what="verification:request_refused", ip=ip)
    with transaction.atomic():
        enqueue_verification(address=address)


def enqueue_verification(*, address: str) -> None:
    """Have the job `identity.send_verification` send the link, if the caller's transaction commits."""
    enqueue("identity.send_verification", {"address": address}, secret=True)


def send_verification(*, address: str, now: datetime) -> None:
    """Mail a fresh link, if the address is that of an account that is active and not verified."""
    user = User.objects.with_address(address).filter(is_active=True, is_verified=False).first()
    if user is None:
        return
    secret = str(uuid4())
    with transaction.atomic():
        one_time_secrets.issue(user_id=user.id, purpose=Purpose.VERIFY_EMAIL, secret=secret, now=now)
        # Without a name: until the address is verified, it is what a stranger typed, and the letter goes to a third.
        mail.send(
            template="verify_email",
            to=user.email,
            context={
                "link": f"{settings.SITE_URL}/api/verify/{secret}/",
                "hours": LIFETIME[Purpose.VERIFY_EMAIL] // timedelta(hours=1),
            },
            locale=user.locale,
        )


def mark_verified(user: User) -> None:
    """Note, in the caller's transaction, that mail reaches the person; the event goes out the first time only."""
    if User.objects.filter(pk=user.pk, is_verified=False).update(is_verified=True):
        publish(EmailVerified(user_id=user.id), aggregate=f"user:{user.id}")
    user.is_verified = True
