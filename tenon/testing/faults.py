"""Databases and caches of our own, to be restarted and killed: never those that others use."""

import grp
import os
import pwd
import shutil
import signal
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from tenon.testing.servers import HOST, Process, ProcessFailed, free_port, spawn, wait_until_up

_START_SECONDS = 30


class NotInstalled(Exception):
    """The program is not on this machine; the message names it."""


def postgres_programs() -> Path:
    """The folder of `initdb` and `postgres`. Raises NotInstalled."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    if not folders or not (folders[-1] / "initdb").exists():
        raise NotInstalled("PostgreSQL's server programs (initdb, postgres) are not installed.")
    return folders[-1]


def redis_program() -> Path:
    """The `redis-server` (or Valkey) program. Raises NotInstalled."""
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    if found is None:
        raise NotInstalled("redis-server is not installed.")
    return Path(found)


def _account() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then it runs as the `postgres` account that its package makes."""
    if os.geteuid() != 0:
        return {}
    try:
        account = pwd.getpwnam("postgres")
    except KeyError:
        raise NotInstalled("PostgreSQL does not run as root, and there is no account named postgres.") from None
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": [grp.getgrgid(account.pw_gid).gr_gid]}


@dataclass
class Postgres:
    """A PostgreSQL cluster in a temporary folder, on 127.0.0.1 only. Its superuser `postgres` needs no password."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: Process | None = None

    def url(self, database: str, *, user: str = "postgres", password: str = "") -> str:
        secret = f":{quote(password, safe='')}" if password else ""
        return f"postgresql://{user}{secret}@{HOST}:{self.port}/{database}"

    def create(self) -> None:
        """Lay the files of a new cluster."""
        account = _account()
        self.folder.mkdir()
        if account:
            shutil.chown(self.folder, account["user"], account["group"])
        options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        made = self._run("initdb", "-D", str(self.folder / "data"), *options)
        if made.wait(_START_SECONDS):
            raise ProcessFailed(f"initdb failed:\n{made.output()}")

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        settings = {"port": self.port, "listen_addresses": HOST, "unix_socket_directories": "", "max_connections": 200}
        options = [f"--{name}={value}" for name, value in settings.items()]
        self.process = self._run("postgres", "-D", str(self.folder / "data"), *options)
        wait_until_up(self.process, self._accepts)

    def _run(self, program: str, *arguments: str) -> Process:
        command = [str(postgres_programs() / program), *arguments]
        return spawn(program, command, env={}, log=self.folder / "log", cwd=self.folder, account=_account())

    def _accepts(self) -> bool:
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT ends all sessions and shuts down cleanly; SIGQUIT is a crash, mended by the log at the next start."""
        if self.process is not None and self.process.running:
            self.process.popen.send_signal(how)
            self.process.wait(_START_SECONDS)

    def execute(self, statement: str, *, database: str = "postgres") -> None:
        """Run one statement as the superuser, outside a transaction."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def clone(self, template: str, name: str, *, owner: str = "postgres") -> None:
        """A copy of a database, files and all."""
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER "{owner}"')


@dataclass
class Redis:
    """A Redis server with nothing on disk: killed, it has forgotten everything."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: Process | None = None

    @property
    def url(self) -> str:
        return f"redis://{HOST}:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it answers PING."""
        self.folder.mkdir(exist_ok=True)
        command = [
            str(redis_program()),
            "--port",
            str(self.port),
            "--bind",
            HOST,
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            str(self.folder),
        ]
        self.process = spawn("redis", command, env={}, log=self.folder / "redis.log")
        wait_until_up(self.process, self._answers)

    def _answers(self) -> bool:
        try:
            with socket.create_connection((HOST, self.port), 5) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def kill(self) -> None:
        """SIGKILL: no goodbye, nothing written."""
        if self.process is not None:
            self.process.kill()


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A running cluster of our own, removed at the end. Raises NotInstalled."""
    postgres_programs()
    with _folder() as folder:
        cluster = Postgres(folder / "postgres")
        cluster.create()
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.stop()


@contextmanager
def redis() -> Iterator[Redis]:
    """A running Redis of our own. Raises NotInstalled."""
    redis_program()
    with _folder() as folder:
        server = Redis(folder / "redis")
        try:
            server.start()
            yield server
        finally:
            server.kill()


@contextmanager
def _folder() -> Iterator[Path]:
    """A temporary folder that the account `postgres` can enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="tenon-proofs-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
