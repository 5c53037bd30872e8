"""The password policy, and the comparison that costs the same whoever is asked for."""

from typing import TYPE_CHECKING

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password, verify_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext

from tenon.kernel.errors import FieldError
from tenon.platform.identity.errors import WeakPassword

if TYPE_CHECKING:
    from tenon.platform.identity.models import User

MAX_LENGTH = 128


def require_strong(password: str, *, user: "User", pointer: str) -> None:
    """Check `password` against AUTH_PASSWORD_VALIDATORS for `user` (who need not be stored yet).

    Raises WeakPassword with a FieldError at `pointer` for each broken rule.
    """
    try:
        # First, because the rule on similarity takes quadratic time.
        if len(password) > MAX_LENGTH:
            message = ngettext(
                "This password must contain at most %(limit)d character.",
                "This password must contain at most %(limit)d characters.",
                MAX_LENGTH,
            )
            raise ValidationError(message % {"limit": MAX_LENGTH}, code="password_too_long")
        if not _is_text(password):
            raise ValidationError(gettext("This password contains characters that are not text."), code="invalid")
        validate_password(password, user)
    except ValidationError as failure:
        faults = [
            FieldError(pointer, fault.code or "invalid", message)
            for fault in failure.error_list
            for message in fault.messages
        ]
        raise WeakPassword(errors=faults) from None


def hashed(password: str) -> str:
    """`password` as it rests in the database."""
    return make_password(password)


def matches(password: str, encoded: str | None) -> tuple[bool, bool]:
    """(right, outdated): whether `password` is the one in `encoded`, and whether it should be hashed anew.

    An `encoded` of None, of an account that does not exist, costs one hash with the current parameters and is never
    right; so does the unusable password of an account without one.
    """
    if not _is_text(password):
        password, encoded = "", None
    return verify_password(password, UNUSABLE_PASSWORD_PREFIX if encoded is None else encoded)


def _is_text(password: str) -> bool:
    try:
        password.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in password
