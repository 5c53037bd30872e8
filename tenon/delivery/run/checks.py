"""What must hold before anything is started; each failure is one line that says what to do."""

import os
import socket
import tempfile
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError
from django.db.backends.base.base import BaseDatabaseWrapper

from tenon.delivery.run.errors import CannotStart


def require_free_port(host: str, port: int, *, variable: str) -> None:
    """Raises CannotStart when `port` cannot be listened on."""
    if port > 65535:
        raise CannotStart(f"{variable}={port} is no port; ports end at 65535.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CannotStart(f"{host}:{port} cannot be listened on ({reason}); set {variable} to another port.") from None


def require_writable(folder: Path) -> None:
    """Makes `folder`, its owner's alone, where it is missing. Raises CannotStart when nothing can be written there."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CannotStart(f"{folder} cannot be written to ({error.strerror}); it holds the data.") from None


def require_database(connection: BaseDatabaseWrapper) -> None:
    """Raises CannotStart when the database does not let us in, without a word of the password."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        _require_writable_file(Path(settings["NAME"]))
    try:
        connection.introspection.table_names()
    except (DatabaseError, InterfaceError, ImproperlyConfigured) as error:
        reason = without_secret(str(error).strip().partition("\n")[0], settings.get("PASSWORD", ""))
        raise CannotStart(f"the database of DATABASE_URL cannot be used ({reason}).") from None


def without_secret(text: str, secret: str) -> str:
    return text.replace(secret, "…") if secret else text


def _require_writable_file(file: Path) -> None:
    require_writable(file.parent)
    if file.exists() and not os.access(file, os.W_OK):
        raise CannotStart(f"{file} cannot be written to; it is the database of DATABASE_URL.")
