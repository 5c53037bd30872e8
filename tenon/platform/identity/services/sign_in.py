"""Signing in with a password."""

import logging
from datetime import datetime

from django.conf import settings
from django.db import transaction

from tenon.kernel import metrics
from tenon.kernel.errors import TenonError, TooManyRequests
from tenon.kernel.limits import counting
from tenon.platform.identity.engines import addresses, passwords
from tenon.platform.identity.errors import EmailNotVerified, InvalidCredentials
from tenon.platform.identity.models import User
from tenon.platform.identity.services.sessions import Device, SignedIn, begin

_log = logging.getLogger(__name__)


def sign_in(*, email: str, password: str, device: Device, now: datetime) -> SignedIn:
    """Start a session for whoever knows the password.

    An unknown address, a wrong password and a disabled account cost and answer the same. Attempts are counted before
    the comparison and given back after a right password, so that a burst in parallel cannot try more than the limit.
    Raises InvalidEmail, TooManyRequests, InvalidCredentials, and EmailNotVerified after the right password only.
    """
    address = addresses.normalized(email)
    attempts = [("login_account", address), *([("login_address", device.ip)] if device.ip else [])]
    try:
        counting.require_all(attempts)
    except TooManyRequests as refusal:
        raise _refused(refusal, reason="limited", device=device) from None
    user, outdated = _authenticated(address, password, device=device)
    counting.give_back_all(attempts)
    if settings.VERIFY_EMAIL_REQUIRED and not user.is_verified:
        raise _refused(EmailNotVerified(), reason="unverified", device=device, user=user)
    return _start(user, password, outdated=outdated, device=device, now=now)


def _authenticated(address: str, password: str, *, device: Device) -> tuple[User, bool]:
    user = User.objects.with_address(address).first()
    right, outdated = passwords.matches(password, user.password if user else None)
    if user is None or not right:
        raise _refused(InvalidCredentials(), reason="credentials", device=device, user=user)
    if not user.is_active:
        raise _refused(InvalidCredentials(), reason="disabled", device=device, user=user)
    return user, outdated


def _start(user: User, password: str, *, outdated: bool, device: Device, now: datetime) -> SignedIn:
    compared, user.last_login = user.password, now
    if outdated:
        user.password = passwords.hashed(password)
    with transaction.atomic():
        account = User.objects.filter(pk=user.pk, is_active=True)
        # Compared once more under the row's lock: the password may have been changed, or hashed anew by a sign-in
        # in parallel, since it was read.
        if not account.filter(password=compared).update(password=user.password, last_login=now):
            stored = account.select_for_update().values_list("password", flat=True).first()
            if stored is None or not passwords.matches(password, stored)[0]:
                raise _refused(InvalidCredentials(), reason="credentials", device=device, user=user)
            account.update(last_login=now)
        return begin(user=user, device=device, now=now)


def _refused(error: TenonError, *, reason: str, device: Device, user: User | None = None) -> TenonError:
    metrics.refused_sign_ins.labels(reason).inc()
    known = {"user_id": str(user.pk)} if user else {}
    _log.warning("sign_in_refused", extra={"reason": reason, "ip": device.ip, **known})
    return error
