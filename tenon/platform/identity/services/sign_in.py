"""Signing in with a password."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from tenon.kernel.errors import TooManyRequests
from tenon.kernel.limits import counting
from tenon.platform.identity.engines import addresses, passwords
from tenon.platform.identity.errors import EmailNotVerified, InvalidCredentials
from tenon.platform.identity.models import User
from tenon.platform.identity.services.refusals import refused
from tenon.platform.identity.services.sessions import Device, SignedIn, begin


def sign_in(*, email: str, password: str, device: Device, staff_only: bool = False, now: datetime) -> SignedIn:
    """Start a session for whoever knows the password; with `staff_only`, at a door that other accounts do not have.

    An unknown address, a wrong password and a disabled account cost and answer the same. Attempts are counted before
    the comparison and given back after a right password, so that a burst in parallel cannot try more than the limit.
    Raises InvalidEmail, TooManyRequests, InvalidCredentials, and EmailNotVerified after the right password only.
    """
    address = addresses.normalized(email)
    attempts = [("login_account", address), *([("login_address", device.ip)] if device.ip else [])]
    try:
        counting.require_all(attempts)
    except TooManyRequests as refusal:
        raise refused(refusal, reason="limited", device=device) from None
    user, outdated = _authenticated(address, password, staff_only=staff_only, device=device)
    counting.give_back_all(attempts)
    if settings.VERIFY_EMAIL_REQUIRED and not user.is_verified:
        raise refused(EmailNotVerified(), reason="unverified", device=device, user=user)
    return _start(user, password, outdated=outdated, device=device, now=now)


def _authenticated(address: str, password: str, *, staff_only: bool, device: Device) -> tuple[User, bool]:
    user = User.objects.with_address(address).first()
    right, outdated = passwords.matches(password, user.password if user else None)
    if user is None or not right:
        raise refused(InvalidCredentials(), reason="credentials", device=device, user=user)
    if not user.is_active:
        raise refused(InvalidCredentials(), reason="disabled", device=device, user=user)
    if staff_only and not user.is_staff:
        raise refused(InvalidCredentials(), reason="not_staff", device=device, user=user)
    return user, outdated


def _start(user: User, password: str, *, outdated: bool, device: Device, now: datetime) -> SignedIn:
    compared, user.last_login = user.password, now
    if outdated:
        user.password = passwords.hashed(password)
    with transaction.atomic():
        if _still_opens(user, password, compared):
            return begin(user=user, device=device, now=now)
    raise refused(InvalidCredentials(), reason="credentials", device=device, user=user)


def _still_opens(user: User, password: str, compared: str) -> bool:
    """Whether the password that was right is so still, which notes the sign-in; the row stays locked."""
    account = User.objects.filter(pk=user.pk, is_active=True)
    # Compared once more under the row's lock: the password may have been changed, or hashed anew by a sign-in in
    # parallel, since it was read; and the person may have asked to be forgotten, which this sign-in is to cancel.
    unchanged = account.filter(password=compared, erases_at=user.erases_at)
    if not unchanged.update(password=user.password, last_login=user.last_login):
        found = account.select_for_update().values_list("password", "erases_at").first()
        if found is None or not passwords.matches(password, found[0])[0]:
            return False
        user.erases_at = found[1]
        account.update(last_login=user.last_login)
    return True
