"""A small typed reader of environment variables and `.env` files; a bad value names its variable."""

import os
import re
from collections.abc import Iterable, Mapping, MutableMapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

_LINE = re.compile(r"^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$")
_QUOTED = re.compile(r"""(["'])(.*?)\1(?:\s+#.*)?""")
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def load_dotenv(path: Path, environ: MutableMapping[str, str] | None = None) -> None:
    """Read `NAME=value` lines of `path`, if it exists, into `environ`; what is already set wins.

    Quotes around a value are removed; what follows ` #` outside of them is a comment. The file is UTF-8, with or
    without a byte order mark. Raises ImproperlyConfigured where it is not text.
    """
    target = os.environ if environ is None else environ
    if not path.is_file():
        return
    for line in _text(path).splitlines():
        match = _LINE.match(line)
        if match is None:
            continue
        name, value = match.groups()
        if quoted := _QUOTED.fullmatch(value):
            value = quoted[2]
        else:
            value = re.split(r"(?:^|\s)#", value, maxsplit=1)[0].rstrip()
        target.setdefault(name, value)


def _text(path: Path) -> str:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ImproperlyConfigured(f"{path} must be saved as UTF-8; line {line} is not.") from None
    if "\0" in text:  # as in UTF-16 of plain ASCII; the environment takes none either
        raise ImproperlyConfigured(f"{path} must be saved as UTF-8; it holds zero bytes.")
    return text


class Env:
    """Typed access to a mapping of environment variables."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._environ = os.environ if environ is None else environ

    def text(self, *names: str, default: str = "") -> str:
        """The first of `names` that is set and not empty."""
        for name in names:
            if value := self._environ.get(name, "").strip():
                return value
        return default

    def flag(self, name: str, *, default: bool) -> bool:
        raw = self._environ.get(name)
        if raw is None or not raw.strip():
            return default
        word = raw.strip().lower()
        if word not in _TRUE | _FALSE:
            raise ImproperlyConfigured(f"{name} must be true or false, not {raw!r}.")
        return word in _TRUE

    def integer(self, name: str, *, default: int, minimum: int | None = None) -> int:
        raw = self._environ.get(name, "").strip()
        if not raw:
            return default
        try:
            value = int(raw)
        except ValueError:
            raise ImproperlyConfigured(f"{name} must be a whole number, not {raw!r}.") from None
        if minimum is not None and value < minimum:
            raise ImproperlyConfigured(f"{name} must be at least {minimum}, not {value}.")
        return value

    def items(self, name: str, *, default: Iterable[str] = ()) -> list[str]:
        """A comma-separated list, blanks removed."""
        raw = self._environ.get(name)
        if raw is None:
            return list(default)
        return [item.strip() for item in raw.split(",") if item.strip()]

    def choice(self, name: str, *, choices: Iterable[str], default: str) -> str:
        value = self.text(name, default=default)
        allowed = list(choices)
        if value not in allowed:
            raise ImproperlyConfigured(f"{name} must be one of {', '.join(allowed)}, not {value!r}.")
        return value
