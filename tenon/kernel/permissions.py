"""Permission words, `orders:refund`: each app declares its own in `policies.py`, with the roles that have them.

API-key and OAuth scopes are the same words, but for those that only people use. Every installed app's `policies.py` is
imported at start; the words of what is switched off are nobody's.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tenon.kernel import modules
from tenon.kernel.errors import Text

_WORD = re.compile(r"[a-z][a-z0-9_]*:[a-z][a-z0-9_]*")
_ROLE = re.compile(r"[a-z][a-z0-9_]*")


class MalformedPermission(ValueError):
    """A word that is not `area:verb`, or a role that is not one word, in lower case."""


class DuplicatePermission(ValueError):
    """A word that is declared already."""


class UnknownPermission(LookupError):
    """A word that no installed app declares."""


@dataclass(frozen=True, slots=True)
class Permission:
    """A declared word. `roles` have it by default; `label` says in a few words what it allows.

    `people_only` words are no scopes: a program that could use them would decide who may do what, itself included.
    """

    word: str
    label: Text
    roles: frozenset[str]
    people_only: bool = False


_declared: dict[str, Permission] = {}


def register(word: str, *, label: Text, roles: Iterable[str] = (), people_only: bool = False) -> str:
    """Declare `word` and return it. Raises MalformedPermission and DuplicatePermission."""
    granted = frozenset([roles] if isinstance(roles, str) else roles)
    if not _WORD.fullmatch(word):
        raise MalformedPermission(f"{word!r} is no permission: it must read like 'orders:refund'.")
    for role in sorted(granted):
        if not _ROLE.fullmatch(role):
            raise MalformedPermission(f"{role!r} is no role: it must read like 'admin'.")
    if word in _declared:
        raise DuplicatePermission(f"The permission {word!r} is declared already.")
    if modules.is_on(modules.declaring()):
        _declared[word] = Permission(word, label, granted, people_only)
    return word


def find(word: str) -> Permission:
    """What was declared for `word`. Raises UnknownPermission."""
    try:
        return _declared[word]
    except KeyError:
        raise UnknownPermission(f"No app declares the permission {word!r}.") from None


def declared() -> list[Permission]:
    """Every permission, by word."""
    return sorted(_declared.values(), key=lambda permission: permission.word)


def scopes() -> frozenset[str]:
    """The words that a program may be given."""
    return frozenset(word for word, permission in _declared.items() if not permission.people_only)


def of_role(role: str) -> frozenset[str]:
    """The words that `role` has by default."""
    return frozenset(word for word, permission in _declared.items() if role in permission.roles)


def roles() -> frozenset[str]:
    """Every role that has a word by default."""
    return frozenset().union(*(permission.roles for permission in _declared.values()))
