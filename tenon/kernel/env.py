"""A small typed reader of environment variables and `.env` files; a bad value names its variable."""

import os
import re
from collections.abc import Iterable, Mapping, MutableMapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_LINE = re.compile(r"^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$")
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def load_dotenv(path: Path, environ: MutableMapping[str, str] | None = None) -> None:
    """Read `NAME=value` lines of `path`, if it exists, into `environ`; what is already set wins.

    Quotes around a value are removed; an unquoted value ends at ` #`.
    """
    target = os.environ if environ is None else environ
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        match = _LINE.match(line)
        if match is None:
            continue
        name, value = match.groups()
        if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
            value = value[1:-1]
        else:
            value = re.split(r"(?:^|\s)#", value, maxsplit=1)[0].rstrip()
        target.setdefault(name, value)


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


_ENGINES = {
    "postgres": "django.db.backends.postgresql",
    "postgresql": "django.db.backends.postgresql",
    "mysql": "django.db.backends.mysql",
    "mariadb": "django.db.backends.mysql",
    "sqlite": "django.db.backends.sqlite3",
}


def database_from_url(url: str, *, variable: str = "DATABASE_URL") -> dict[str, object]:
    """`scheme://user:password@host:port/name` as Django's database settings (ENGINE to PORT).

    Raises ImproperlyConfigured, naming `variable` and never the password, when the URL cannot be understood.
    """
    try:
        parts = urlsplit(url)
        engine = _ENGINES[parts.scheme]
        port = parts.port
    except (KeyError, ValueError):
        known = ", ".join(sorted(_ENGINES))
        raise ImproperlyConfigured(f"{variable} is not a database URL; it starts with one of {known}.") from None
    if parts.scheme == "sqlite":
        # sqlite:///relative/file and sqlite:////absolute/file, as elsewhere; sqlite:// alone is in memory.
        return {"ENGINE": engine, "NAME": unquote(parts.path[1:]) or ":memory:"}
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise ImproperlyConfigured(f"{variable} names no database.")
    return {
        "ENGINE": engine,
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(port or ""),
    }
