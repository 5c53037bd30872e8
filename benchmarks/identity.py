"""`make bench`: signing in and reading one's own details, against their floors and ceilings.

Prints a table and, with `--record`, keeps it as `benchmarks/results/identity.json`.
"""

import argparse
import json
import os
import platform
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import hashing
from benchmarks.databases import as_role, throwaway
from benchmarks.load import Request
from benchmarks.pairs import Round, alternate, measure
from tenon.testing.servers import ApiServer, manage, spawn_api, wait_until_live

EMAIL, PASSWORD = "bench@example.com", "correct-horse-battery-staple"
RESULTS = Path(__file__).parent / "results" / "identity.json"
CREDENTIALS = json.dumps({"email": EMAIL, "password": PASSWORD}).encode()
LOGIN = Request("POST", "/auth/login/", body=CREDENTIALS)
# KitoDeck's published figures: 1 500 sign-ins and 2 000 reads of details a minute.
PEER = {"login": {"per_second": 25.0, "p99_ms": 250.0}, "details": {"per_second": 2000 / 60, "p99_ms": 150.0}}

_MAKE_USER = """
from tenon.kernel import clock
from tenon.platform.identity import services
services.create_superuser(email={email!r}, password={password!r}, now=clock.now())
"""


def main() -> None:
    options = _options()
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    with TemporaryDirectory() as folder, ExitStack() as stack:
        home = Path(folder)
        ours = _server(stack, home, "argon2id", options.database_url)
        theirs = _server(stack, home, "pbkdf2", options.database_url)
        results = {
            "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "database": _engine(options)},
            "login": _login(ours, theirs, options),
            "details": _details(ours, options),
        }
    _print(results)
    if options.record:
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(results, indent=2) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each of a pair (default 5)")
    parser.add_argument("--seconds", type=float, default=4.0, help="seconds a round (default 4)")
    parser.add_argument("--connections", type=int, default=4, help="keep-alive connections (default 4)")
    parser.add_argument("--database-url", default=os.environ.get("BENCH_DATABASE_URL", ""), help="default: SQLite")
    parser.add_argument("--record", action="store_true", help=f"keep the figures in {RESULTS.name}")
    return parser.parse_args()


def _engine(options: argparse.Namespace) -> str:
    return options.database_url.partition(":")[0] or "sqlite"


def _server(stack: ExitStack, home: Path, hasher: str, database_url: str) -> ApiServer:
    # Each hasher its own database: a sign-in replaces a hash made with another one.
    env = {"DJANGO_SETTINGS_MODULE": "benchmarks.settings", "BENCH_HASHER": hasher}
    if database_url:
        database = stack.enter_context(throwaway(database_url, name=f"tenon_bench_{hasher}"))
        env |= {"DATABASE_URL": as_role("tenon_app", database)}
        env |= {"MIGRATION_DATABASE_URL": as_role("tenon_owner", database), "ADMIN_DATABASE_URL": database}
        manage("database_roles", env=env)
    else:
        env |= {"DATABASE_URL": f"sqlite:///{home}/{hasher}.sqlite3"}
    manage("migrate", "--verbosity", "0", env=env)
    manage("shell", "--no-imports", "-c", _MAKE_USER.format(email=EMAIL, password=PASSWORD), env=env)
    server = spawn_api(env=env, log=home / f"{hasher}.log", workers=os.cpu_count() or 1, threads=1)
    stack.callback(server.stop)
    wait_until_live(server)
    return server


def _login(ours: ApiServer, theirs: ApiServer, options: argparse.Namespace) -> dict[str, Any]:
    size = {"seconds": options.seconds, "connections": options.connections}
    argon2id, pbkdf2 = alternate(
        lambda: measure(ours.port, ours.pid, LOGIN, **size),
        lambda: measure(theirs.port, theirs.pid, LOGIN, **size),
        rounds=options.rounds,
    )
    hash_ms = hashing.cpu_ms(options.seconds)
    return {
        "argon2id": asdict(argon2id),
        "pbkdf2": asdict(pbkdf2),
        "pbkdf2_to_argon2id_cpu": pbkdf2.cpu_ms / argon2id.cpu_ms,
        "hash_cpu_ms": hash_ms,
        # As many sign-ins as hashes would be 1: the share of the ceiling that a sign-in reaches.
        "share_of_hash_ceiling": hash_ms / argon2id.cpu_ms,
    }


def _details(server: ApiServer, options: argparse.Namespace) -> dict[str, Any]:
    size = {"seconds": options.seconds, "connections": options.connections}
    bearer = {"Authorization": f"Bearer {_access(server)}"}
    details, empty = alternate(
        lambda: measure(server.port, server.pid, Request("GET", "/user/details/", bearer), **size),
        lambda: measure(server.port, server.pid, Request("GET", "/benchmark/empty/", bearer), **size),
        rounds=options.rounds,
    )
    return {
        "details": asdict(details),
        "empty": asdict(empty),
        "details_to_empty_cpu": details.cpu_ms / empty.cpu_ms,
    }


def _access(server: ApiServer) -> str:
    from http.client import HTTPConnection

    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("POST", "/auth/login/", CREDENTIALS, {"Content-Type": "application/json"})
    token: str = json.loads(connection.getresponse().read())["access"]
    connection.close()
    return token


def _print(results: dict[str, Any]) -> None:
    print(f"{'':24}{'CPU ms/request':>16}{'requests/s':>12}{'p50 ms':>9}{'p99 ms':>9}{'other answers':>15}")
    for title, work, name in (
        ("login, Argon2id", "login", "argon2id"),
        ("login, PBKDF2 (Django)", "login", "pbkdf2"),
        ("GET /user/details/", "details", "details"),
        ("empty view, same auth", "details", "empty"),
    ):
        row = Round(**results[work][name])
        print(f"{title:24}{row.cpu_ms:16.2f}{row.rate:12.1f}{row.p50_ms:9.1f}{row.p99_ms:9.1f}{row.unexpected:15}")
    login, details = results["login"], results["details"]
    print(f"\nPBKDF2 costs {login['pbkdf2_to_argon2id_cpu']:.1f} × the CPU of ours a sign-in (target: at least 10)")
    share, hash_ms = login["share_of_hash_ceiling"], login["hash_cpu_ms"]
    print(f"Sign-in reaches {share:.0%} of the ceiling set by {hash_ms:.1f} ms a hash (target: at least 75 %)")
    print(f"Details cost {details['details_to_empty_cpu']:.2f} × an empty view (target: at most 1.5)")
    for work, name in (("login", "argon2id"), ("details", "details")):
        row, peer = results[work][name], PEER[work]
        print(
            f"{work}: {row['rate']:.0f}/s at p99 {row['p99_ms']:.0f} ms; "
            f"KitoDeck publishes {peer['per_second']:.0f}/s at p99 {peer['p99_ms']:.0f} ms"
        )
