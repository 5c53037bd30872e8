"""Making accounts."""

from datetime import datetime

from django.db import IntegrityError, transaction

from tenon.kernel.errors import FieldError
from tenon.kernel.outbox.publishing import publish
from tenon.platform.identity.engines import addresses, names, passwords
from tenon.platform.identity.errors import EmailTaken
from tenon.platform.identity.events import UserRegistered
from tenon.platform.identity.models import User
from tenon.platform.identity.selectors import UserFacts, facts_of
from tenon.platform.identity.services.verification import enqueue_verification


def register(
    *,
    email: str,
    password: str,
    username: str = "",
    first_name: str = "",
    last_name: str = "",
    verified: bool = False,
    now: datetime,
) -> UserFacts:
    """Make an account whose address is still to be verified, and send the link that does so.

    `verified` is for an operator who vouches for the address: no link is sent.
    Raises InvalidEmail, InvalidName, WeakPassword, EmailTaken.
    """
    address = addresses.normalized(email)
    names.require_one_line(username=username, first_name=first_name, last_name=last_name)
    user = User(
        email=email.strip(),
        username=username,
        first_name=first_name,
        last_name=last_name,
        is_verified=verified,
        date_joined=now,
    )
    passwords.require_strong(password, user=user, pointer="/password")
    user.password = passwords.hashed(password)
    with transaction.atomic():
        _store(user)
        if not verified:
            enqueue_verification(address=address)
    return facts_of(user)


def create_superuser(*, email: str, password: str, now: datetime) -> UserFacts:
    """Make a verified account that may do everything. Raises InvalidEmail, WeakPassword, EmailTaken."""
    addresses.normalized(email)
    user = User(email=email.strip(), is_staff=True, is_superuser=True, is_verified=True, date_joined=now)
    passwords.require_strong(password, user=user, pointer="/password")
    user.password = passwords.hashed(password)
    with transaction.atomic():
        _store(user)
    return facts_of(user)


def register_by_mail(*, email: str, now: datetime) -> User:
    """Make an account, in the caller's transaction, for whoever has shown to hold the address. It has no password.

    Raises EmailTaken.
    """
    user = User(email=email, is_verified=True, date_joined=now)
    user.set_unusable_password()
    _store(user)
    return user


def _store(user: User) -> None:
    try:
        user.save(force_insert=True)
    except IntegrityError:
        raise EmailTaken(errors=[FieldError("/email", EmailTaken.code, EmailTaken.message)]) from None
    publish(UserRegistered(user_id=user.id, is_superuser=user.is_superuser), aggregate=f"user:{user.id}")
