"""Order numbers that tell nothing: neither how many there are, nor when one was made."""

import secrets

# Crockford's base 32 without the letters that are read as digits: 10 of them are 50 bits.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10


def new_number(prefix: str) -> str:
    """A random number behind the prefix, as `KAS-7QXK2M9TRD`."""
    return prefix + "".join(secrets.choice(_ALPHABET) for _ in range(LENGTH))
