"""Signing in, and up, with a mailed code or its link."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from tenon.kernel import crypto
from tenon.kernel.errors import TooManyRequests
from tenon.kernel.ids import new_id
from tenon.kernel.limits import counting
from tenon.kernel.outbox.publishing import publish
from tenon.platform.identity.engines import addresses, magic_codes
from tenon.platform.identity.errors import EmailTaken, InvalidMagicCode
from tenon.platform.identity.events import AccountReclaimed
from tenon.platform.identity.models import MagicCode, Session, User
from tenon.platform.identity.services import sessions
from tenon.platform.identity.services.refusals import refused
from tenon.platform.identity.services.registration import register_by_mail
from tenon.platform.identity.services.sessions import Device, SignedIn
from tenon.platform.identity.services.verification import mark_verified

SAID_OF_ONESELF = ("username", "first_name", "last_name", "avatar_url", "phone_number", "timezone", "locale")


def verify_magic_code(
    *, token: str, challenge_id: UUID | None = None, email: str = "", device: Device, now: datetime
) -> SignedIn:
    """Start a session for whoever brings back what was mailed; an unknown address becomes a verified account.

    `token` is the secret of the link, or the eight digits. Digits need beside them the `challenge_id` that the request
    returned, or the `email`, of which the newest code is meant; alone they work where MAGIC_LINK_ALLOW_BARE_TOKEN is
    on. A challenge bears five attempts at its digits; after that only its link works, which nobody can guess.
    Raises InvalidMagicCode, InvalidEmail, TooManyRequests.
    """
    address = addresses.normalized(email) if email else ""
    code = magic_codes.code_in(token)
    is_alone = code is not None and challenge_id is None and not address
    failures = [("magic_verify", device.ip)] if device.ip else []
    if is_alone and settings.MAGIC_LINK_ALLOW_BARE_TOKEN:
        failures.append(("magic_bare", ""))  # all codes are one guess space then, so all failures are one budget
    try:
        counting.require_all(failures)
    except TooManyRequests as refusal:
        raise refused(refusal, reason="limited", device=device) from None
    if code is None:
        challenge = _by_link(token, now=now)
    elif is_alone:
        challenge = _by_code(code, now=now)
    else:
        challenge = _by_challenge(code, challenge_id=challenge_id, address=address, now=now)
    signed_in = None if challenge is None else _sign_in(challenge, device=device, now=now)
    if signed_in is None:
        raise refused(InvalidMagicCode(), reason="magic_code", device=device)
    counting.give_back_all(failures)
    return signed_in


def _by_link(token: str, *, now: datetime) -> MagicCode | None:
    secret = magic_codes.link_secret_in(token)
    if secret is None:
        return None
    return MagicCode.objects.unused(now).filter(link_digest=crypto.digest(secret)).first()


def _by_code(code: str, *, now: datetime) -> MagicCode | None:
    if not settings.MAGIC_LINK_ALLOW_BARE_TOKEN:
        return None
    found = list(MagicCode.objects.guessable(now).filter(code_hmac=magic_codes.code_hmac(code))[:2])
    # Two people may hold the same eight digits: then neither is meant.
    return found[0] if len(found) == 1 else None


def _by_challenge(code: str, *, challenge_id: UUID | None, address: str, now: datetime) -> MagicCode | None:
    challenges = MagicCode.objects.unused(now)
    if challenge_id is not None:
        challenges = challenges.filter(pk=challenge_id)
    if address:
        challenges = challenges.filter(address_hmac=magic_codes.address_hmac(address))
    challenge = challenges.order_by("-created_at", "-pk").first()
    # Counted and committed before the comparison, so that no burst compares more and no refusal undoes the count. Where
    # there is nothing to compare, the same statement runs for nobody: nobody learns who is about to sign in.
    with transaction.atomic(durable=True):
        counted = MagicCode.objects.guessable(now).filter(pk=challenge.pk if challenge else new_id())
        is_counted = counted.update(attempts=F("attempts") + 1) == 1
    if challenge is None or not is_counted:
        return None
    return challenge if crypto.same(challenge.code_hmac, magic_codes.code_hmac(code)) else None


def _sign_in(challenge: MagicCode, *, device: Device, now: datetime) -> SignedIn | None:
    try:
        email = magic_codes.unseal_email(challenge.email, challenge_id=challenge.pk)
    except crypto.Unsealable:  # the link outlived a change of SECRET_KEY
        return None
    try:
        return _use(challenge, email=email, device=device, now=now)
    except EmailTaken:
        # Another code of this new address was faster: its account is there now. In a new transaction, because on
        # MariaDB this one holds a lock on that very row, as do all others that came too late.
        return _use(challenge, email=email, device=device, now=now)


def _use(challenge: MagicCode, *, email: str, device: Device, now: datetime) -> SignedIn | None:
    with transaction.atomic():
        if MagicCode.objects.unused(now).filter(pk=challenge.pk).update(used_at=now) != 1:
            return None
        user = User.objects.with_address(addresses.normalized(email)).select_for_update().first()
        if user is None:
            user = register_by_mail(email=email, now=now)
        # The code went to this very address: one that merely folds to the same is another mail box.
        if not user.is_active or user.email != email:
            return None
        if not user.is_verified:
            _take_over(user, now=now)
        user.last_login = user.last_magic_login = now
        user.save(update_fields=["last_login", "last_magic_login"])
        return sessions.begin(user=user, device=device, now=now)


def _take_over(user: User, *, now: datetime) -> None:
    """Hand an account to whoever has shown to hold its address: whoever made it may be somebody else.

    Their password and their sessions would otherwise open it still, and what they said of themselves would be taken
    for the person's own.
    """
    user.set_unusable_password()
    blank = User()
    for name in SAID_OF_ONESELF:
        setattr(user, name, getattr(blank, name))
    user.save(update_fields=["password", *SAID_OF_ONESELF])
    mark_verified(user)
    sessions.end(Session.objects.filter(user=user), reason=Session.RevokeReason.PASSWORD_RESET, now=now)
    publish(AccountReclaimed(user_id=user.id), aggregate=f"user:{user.id}")
