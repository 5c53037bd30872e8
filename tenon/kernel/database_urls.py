"""Database URLs, as Django's settings: what is not understood is refused by name, and never dropped in silence."""

from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_ENGINES = {
    "postgres": "django.db.backends.postgresql",
    "postgresql": "django.db.backends.postgresql",
    "mysql": "django.db.backends.mysql",
    "mariadb": "django.db.backends.mysql",
    "sqlite": "django.db.backends.sqlite3",
}
# What may follow the `?`, by engine: those of libpq ("Parameter Key Words"), and those of mysqlclient and the `mysql`
# program.
_PARAMETERS = {
    "django.db.backends.postgresql": (
        "application_name",
        "channel_binding",
        "connect_timeout",
        "host",
        "sslcert",
        "sslcrl",
        "sslkey",
        "sslmode",
        "sslrootcert",
        "target_session_attrs",
    ),
    "django.db.backends.mysql": ("connect_timeout", "ssl_ca", "ssl_cert", "ssl_key", "ssl_mode", "unix_socket"),
    "django.db.backends.sqlite3": (),
}
_SOCKETS = ("host", "unix_socket")  # Django takes the folder or file of a socket as HOST
_FILES_OF_TLS = ("ssl_ca", "ssl_cert", "ssl_key")
_NUMBERS = ("connect_timeout",)
_ENCODING = "In a user name or password, write @ as %40, : as %3A, / as %2F, # as %23 and ? as %3F."


def database_from_url(url: str, *, variable: str = "DATABASE_URL") -> dict[str, object]:
    """`scheme://user:password@host:port/name?parameter=value` as Django's database settings (ENGINE to OPTIONS).

    Raises ImproperlyConfigured, naming `variable` and never the password, when the URL cannot be understood.
    """
    try:
        parts = urlsplit(url)
        engine = _ENGINES[parts.scheme]
    except (KeyError, ValueError):
        known = ", ".join(sorted(_ENGINES))
        raise ImproperlyConfigured(f"{variable} is not a database URL; it starts with one of {known}.") from None
    given = _parameters(parts, engine, variable)
    if parts.scheme == "sqlite":
        # sqlite:///relative/file and sqlite:////absolute/file, as elsewhere; sqlite:// alone is in memory.
        return {"ENGINE": engine, "NAME": unquote(parts.path[1:]) or ":memory:"}
    port = _port(parts, variable)
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise ImproperlyConfigured(f"{variable} names no database.")
    sockets = [given.pop(socket) for socket in _SOCKETS if socket in given]
    settings: dict[str, object] = {
        "ENGINE": engine,
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": (sockets or [parts.hostname or ""])[0],
        "PORT": port,
    }
    files = {file.removeprefix("ssl_"): given.pop(file) for file in _FILES_OF_TLS if file in given}
    if options := given | ({"ssl": files} if files else {}):
        settings["OPTIONS"] = options
    return settings


def _port(parts: SplitResult, variable: str) -> str:
    try:
        return str(parts.port or "")
    except ValueError:
        raise ImproperlyConfigured(f"{variable} must name a port from 1 to 65535, or none. {_ENCODING}") from None


def _parameters(parts: SplitResult, engine: str, variable: str) -> dict[str, Any]:
    behind_the_host = parts.query if parts.scheme == "sqlite" else parts.path + parts.query
    if parts.fragment or "@" in behind_the_host:
        # Most likely the end of a password, which must not be printed as the name of a parameter.
        raise ImproperlyConfigured(f"{variable} has a # or @ where none can be. {_ENCODING}")
    given: dict[str, Any] = dict(parse_qsl(parts.query, keep_blank_values=True))
    allowed = _PARAMETERS[engine]
    if unknown := sorted(given.keys() - set(allowed)):
        known = f"knows {', '.join(allowed)}" if allowed else "takes none"
        raise ImproperlyConfigured(f"{variable} holds the parameter {', '.join(unknown)}; {parts.scheme}:// {known}.")
    for name in _NUMBERS:
        if name in given:
            if not given[name].isdecimal():
                raise ImproperlyConfigured(f"{variable} must give {name} a whole number.")
            given[name] = int(given[name])
    return given
