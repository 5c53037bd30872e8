"""Where a benchmark lives: a folder, throwaway databases, API servers on them, and how long to measure."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from benchmarks.databases import as_role, throwaway
from benchmarks.load import Request
from benchmarks.pairs import Round, alternate, measure
from tenon.delivery.run.processes import GRANIAN
from tenon.testing import faults
from tenon.testing.servers import (
    HOST,
    ApiServer,
    answers,
    environment,
    free_port,
    manage,
    spawn,
    spawn_api,
    wait_until_live,
    wait_until_up,
)

EMAIL, PASSWORD = "bench@example.com", "correct-horse-battery-staple"


def credentials_of(email: str) -> bytes:
    """The body of a sign-in."""
    return json.dumps({"email": email, "password": PASSWORD}).encode()


CREDENTIALS = credentials_of(EMAIL)
_MAKE_USER = f"""
from tenon.kernel import clock
from tenon.platform.identity import services
services.create_superuser(email={EMAIL!r}, password={PASSWORD!r}, now=clock.now())
"""
_TOKEN = f"""
import django; django.setup()
from datetime import UTC, datetime
from benchmarks.baseline.authentication import token_of
from benchmarks.baseline.models import User
print(token_of(User.objects.get(email={EMAIL!r}).pk, now=datetime.now(UTC)))
"""
_ANALYZE = "from django.db import connection; connection.cursor().execute('ANALYZE')"


@dataclass(frozen=True, slots=True)
class House:
    """What a benchmark needs from its surroundings; everything in it ends with `stack`."""

    folder: Path
    stack: ExitStack
    database_url: str
    rounds: int
    seconds: float
    connections: int
    products: tuple[int, ...] = (1000, 10_000)
    """How many a shop has: the first is what is compared in, all of them are what growth is measured at."""

    def database(self, name: str, *, env: Mapping[str, str] | None = None) -> dict[str, str]:
        """The environment of a fresh, migrated database with one superuser; `env` goes into it.

        On PostgreSQL the application's role serves it, so that row-level security is part of what is measured.
        """
        made = {"DJANGO_SETTINGS_MODULE": "benchmarks.settings", **(env or {})}
        if self.database_url:
            database = self.stack.enter_context(throwaway(self.database_url, name=f"tenon_bench_{name}"))
            made |= {"DATABASE_URL": as_role("tenon_app", database)}
            made |= {"MIGRATION_DATABASE_URL": as_role("tenon_owner", database), "ADMIN_DATABASE_URL": database}
            manage("database_roles", env=made)
        else:
            made |= {"DATABASE_URL": f"sqlite:///{self.folder}/{name}.sqlite3"}
        manage("migrate", "--verbosity", "0", env=made)
        run_code(_MAKE_USER, env=made)
        return made

    def analyze(self, env: Mapping[str, str]) -> None:
        """Let the planner know what was just written, as autovacuum would a minute later."""
        if self.database_url:
            run_code(_ANALYZE, env={**env, "DATABASE_URL": env["MIGRATION_DATABASE_URL"]})
        else:
            run_code(_ANALYZE, env=env)

    def serve(self, name: str, *, env: Mapping[str, str]) -> ApiServer:
        """An API on `env`: a process a core, one thread each."""
        server = spawn_api(env=env, log=self.folder / f"{name}.log", workers=os.cpu_count() or 1, threads=1)
        self.stack.callback(server.stop)
        wait_until_live(server)
        return server

    def redis(self) -> str:
        """The URL of a Redis of our own; empty, and said so, where none is installed."""
        try:
            return self.stack.enter_context(faults.redis()).url
        except faults.NotInstalled as missing:
            print(f"limits are counted without Redis: {missing}")
            return ""

    def serve_baseline(self, name: str, *, env: Mapping[str, str]) -> tuple[ApiServer, dict[str, str]]:
        """The project of `benchmarks/baseline` on the same database, as ours is served, and the superuser's header."""
        port = free_port()
        seen = {**env, "DJANGO_SETTINGS_MODULE": "benchmarks.baseline.settings"}
        seen["BASELINE_DATABASE_URL"] = env.get("ADMIN_DATABASE_URL") or env["DATABASE_URL"]
        served = ["--workers", str(os.cpu_count() or 1), "--blocking-threads", "1", "--backlog", "2048"]
        where = ["--interface", "wsgi", "--http", "1", "--host", HOST, "--port", str(port)]
        command = [*GRANIAN, *where, *served, "benchmarks.baseline.wsgi:application"]
        process = spawn(name, command, env=seen, log=self.folder / f"{name}.log")
        server = ApiServer(process.name, process.popen, process.log, port)
        self.stack.callback(server.stop)
        wait_until_up(server, lambda: answers(port, "/api/v1/notifications/") == 401)
        token = subprocess.run(
            [sys.executable, "-c", _TOKEN], env=environment(seen), check=True, capture_output=True, text=True
        ).stdout.strip()
        return server, {"Authorization": f"Bearer {token}"}

    def compare(self, *asked: tuple[ApiServer, Request]) -> tuple[Round, ...]:
        """Requests measured in turn."""
        return alternate(*(self._round(*each) for each in asked), rounds=self.rounds)

    def _round(self, server: ApiServer, request: Request):  # type: ignore[no-untyped-def]
        return lambda: measure(server.port, server.pid, request, seconds=self.seconds, connections=self.connections)


def run_code(code: str, *, env: Mapping[str, str]) -> str:
    """Run Python in the project's shell and return what it prints."""
    return manage("shell", "--no-imports", "-c", code, env=env)


def bearer(server: ApiServer, email: str = EMAIL) -> dict[str, str]:
    """The header that signs the superuser in, or somebody else with the same password."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("POST", "/auth/login/", credentials_of(email), {"Content-Type": "application/json"})
    token: str = json.loads(connection.getresponse().read())["access"]
    connection.close()
    return {"Authorization": f"Bearer {token}"}
