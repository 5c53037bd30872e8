"""What files are for. A product says so once, and with it what such a file may be, how large, and how long it stays."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from tenon.kernel import modules
from tenon.kernel.errors import Text
from tenon.platform.files.engines import types

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Purpose:
    """`max_bytes` None: as much as the settings let through. `keep` None: until somebody deletes it.

    No further files are taken for a purpose that is not `offered`, because what declares it is switched off.
    """

    name: str
    label: Text
    content_types: frozenset[str]
    max_bytes: int | None = None
    keep: timedelta | None = None
    offered: bool = True

    @property
    def limit(self) -> int:
        """Bytes of one file."""
        return min(self.max_bytes or settings.MAX_FILE_BYTES, settings.MAX_FILE_BYTES)


_declared: dict[str, Purpose] = {}


def declare(
    name: str,
    *,
    label: Text,
    content_types: Iterable[str],
    max_bytes: int | None = None,
    keep: timedelta | None = None,
) -> Purpose:
    """Add a purpose. Raises ValueError for a name that is taken or malformed, and for types that nobody examines."""
    allowed = frozenset(content_types)
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no purpose: it must read like 'product_image'.")
    if name in _declared:
        raise ValueError(f"The purpose {name!r} is declared already.")
    if not allowed or allowed - types.KNOWN:
        raise ValueError(f"{name}: content types are some of {sorted(types.KNOWN)}.")
    _declared[name] = Purpose(name, label, allowed, max_bytes, keep, offered=modules.is_on(modules.declaring()))
    return _declared[name]


def find(name: str) -> Purpose | None:
    """What was declared under this name."""
    return _declared.get(name)


def names() -> list[str]:
    """Every purpose."""
    return sorted(_declared)
