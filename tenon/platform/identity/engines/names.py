"""Names of people: any text of one line. Others read them in mails, lists and terminals."""

import unicodedata

from tenon.kernel.errors import FieldError
from tenon.platform.identity.errors import InvalidName

# Controls (C0, DEL, C1), separators of lines and paragraphs, halves of characters. Joiners stay: languages need them.
_REFUSED = {"Cc", "Zl", "Zp", "Cs"}


def require_one_line(**names: str) -> None:
    """Check each name, given by its field. Raises InvalidName with a pointer for each that is at fault."""
    faults = [
        FieldError(f"/{field}", InvalidName.code, InvalidName.message)
        for field, name in names.items()
        if any(unicodedata.category(character) in _REFUSED for character in name)
    ]
    if faults:
        raise InvalidName(errors=faults)
