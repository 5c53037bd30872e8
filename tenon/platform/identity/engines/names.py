"""Names of people: any text of one line. Others read them in mails, lists and terminals."""

import unicodedata

from tenon.kernel.errors import FieldError
from tenon.platform.identity.errors import InvalidName

# Controls (C0, DEL, C1), separators of lines and paragraphs, halves of characters. Joiners stay: languages need them.
_REFUSED = {"Cc", "Zl", "Zp", "Cs"}
# What turns the direction of the text around it (Unicode TR #36, 2.10.1), up to the end of somebody else's sentence.
_TURNING = {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}


def require_one_line(**names: str) -> None:
    """Check each name, given by its field. Raises InvalidName with a pointer for each that is at fault."""
    faults = [
        FieldError(f"/{field}", InvalidName.code, InvalidName.message)
        for field, name in names.items()
        if any(character in _TURNING or unicodedata.category(character) in _REFUSED for character in name)
    ]
    if faults:
        raise InvalidName(errors=faults)
