"""Email addresses: which are accepted, and when two of them are the same account."""

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from tenon.kernel.errors import FieldError
from tenon.platform.identity.errors import InvalidEmail

MAX_LENGTH = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets

_validate = EmailValidator()


def folded(email: str) -> str:
    """`email` in Unicode's NFKC_Casefold (UAX #31), the form in which addresses are compared.

    It is coarser than any mail system's own rule, so two addresses that one person could take for another's are one
    account. Mail always goes to the address as it was registered, never to one that merely folds to the same.
    """
    once = unicodedata.normalize("NFKC", email.strip()).casefold()
    return unicodedata.normalize("NFKC", once)


def normalized(email: str, *, pointer: str = "/email") -> str:
    """`email` folded, after a check that it is an address (RFC 5321; quoted local parts are refused).

    Raises InvalidEmail with `pointer`.
    """
    address = folded(email)
    try:
        address.encode()
        _validate(address)
    except (ValidationError, UnicodeEncodeError):
        valid = False
    else:
        # Quoted local parts may hold control characters and spaces, and mail programs disagree on them.
        valid = len(email.strip()) <= MAX_LENGTH and len(address) <= MAX_LENGTH and '"' not in address
    if not valid:
        raise InvalidEmail(errors=[FieldError(pointer, InvalidEmail.code, InvalidEmail.message)])
    return address
