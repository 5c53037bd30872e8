"""Email addresses: which are accepted, and when two of them are the same account."""

import idna
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from tenon.kernel.errors import FieldError, Text
from tenon.platform.identity.errors import InvalidEmail

MAX_LENGTH = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets

_NOT_ASCII = _("The part before the @ may hold unaccented Latin letters, digits and signs only.")
_validate = EmailValidator()


def normalized(email: str, *, pointer: str = "/email") -> str:
    """The form in which addresses are compared: the local part in lower case, the domain as the DNS sees it.

    The domain is mapped by UTS #46 (non-transitional) and written in ASCII (RFC 5891). Refused with InvalidEmail at
    `pointer`: what is no address (RFC 5321), quoted local parts, local parts beyond ASCII (letters of which fold onto
    other people's), and invisible characters, which mail programs drop each in their own way.
    """
    local, _at, domain = email.strip().rpartition("@")
    if not local.isascii():
        raise _invalid(pointer, _NOT_ASCII)
    address = f"{local.lower()}@{_in_ascii(domain, pointer)}"
    try:
        _validate(address)
    except ValidationError:
        raise _invalid(pointer) from None
    # Quoted local parts may hold control characters and spaces, and mail programs disagree on them.
    if max(len(email.strip()), len(address)) > MAX_LENGTH or '"' in address:
        raise _invalid(pointer)
    return address


def _in_ascii(domain: str, pointer: str) -> str:
    lowered = domain.lower()
    if domain.isascii() and "xn--" not in lowered:
        return lowered
    try:
        if len(domain) > MAX_LENGTH or any(_is_ignored(character) for character in domain):
            raise _invalid(pointer)
        return idna.encode(domain, uts46=True, std3_rules=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        raise _invalid(pointer) from None


def _is_ignored(character: str) -> bool:
    """Whether UTS #46 maps it to nothing, as it does soft hyphens, zero-width spaces and variation selectors."""
    return not character.isascii() and idna.uts46_remap(character, std3_rules=False) == ""


def _invalid(pointer: str, reason: Text = InvalidEmail.message) -> InvalidEmail:
    return InvalidEmail(errors=[FieldError(pointer, InvalidEmail.code, reason)])
