"""Runs `make test` again on the database servers of this machine: PostgreSQL with Redis, then a part of it on MariaDB.

    python tools/service_tests.py              what answers on 127.0.0.1 at its standard port
    python tools/service_tests.py --require    fails where something is missing instead of naming it

The servers are taken to let a local administrator in without a password, as they do on a build machine. The suite makes
and drops databases of its own there (`test_tenon…`) and touches no other.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
REDIS = "redis://127.0.0.1:6379/15"
SHUFFLE = "--randomly-seed=1"  # alike each time, as in tools/check.py
# Where the tests are that know a database or Redis. Named, as pytest collects each of its `testpaths`, ignored or not.
ROOMS = ("tenon", "tests")
# Rooms below these that know neither; their tests have run once.
WITHOUT_SERVICES = (
    "tenon/delivery/run",
    "tenon/delivery/settings",
    "tenon/kernel/images",
    "tenon/kernel/outgoing",
    "tests/architecture/test_environment.py",
    "tests/architecture/test_scopes.py",
)
# All that the apps do with their database, also what commits and what happens at once. Left out for the sake of time
# are the edges, `tenon/delivery`, and the checks across the rooms, `tests`: they ask the same services once more. What
# works with no database has run twice by then.
ON_MARIADB = ("tenon/kernel", "tenon/platform", "tenon/domains", "tenon/testing")
HEADERS = ["default-libmysqlclient-dev", "pkg-config", "gcc", "python3-dev"]


@dataclass(frozen=True)
class Run:
    """One more run of the suite; `missing` says why it cannot be made."""

    title: str
    env: dict[str, str]
    missing: str = ""
    rooms: tuple[str, ...] = ROOMS
    options: tuple[str, ...] = ()


def main(arguments: Sequence[str]) -> int:
    required = "--require" in arguments
    rest = [word for word in arguments if word != "--require"]
    names_rooms = any((ROOT / word.partition("::")[0]).exists() for word in rest)
    summary, failed = [], False
    for run in (postgresql(required=required), mariadb()):
        if run.missing:
            summary.append(f"{run.title}: {'MISSING' if required else 'left out'}, {run.missing}")
            failed = failed or required
            continue
        rooms = () if names_rooms else run.rooms
        print(f"\n== the suite on {run.title}", flush=True)
        wanted = " ".join([SHUFFLE, *rooms, *(f"--ignore={room}" for room in WITHOUT_SERVICES), *run.options, *rest])
        command = ["make", "--no-print-directory", "test", f"ARGS={wanted}"]
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, **run.env}, check=False)
        summary.append(f"{run.title}: {'passed' if done.returncode == 0 else 'FAILED'}")
        failed = failed or done.returncode != 0
    print("\n" + "\n".join(summary))
    return 1 if failed else 0


def postgresql(*, required: bool) -> Run:
    """PostgreSQL as its superuser, who makes the roles and databases that the tests use; with Redis when it answers.

    `required`: a test that finds something missing fails.
    """
    redis = REDIS if answers(6379) else ""
    title = "PostgreSQL and Redis" if redis else "PostgreSQL (Redis does not answer on 6379)"
    if not answers(5432):
        return Run(title, {}, "nothing answers on 5432")
    import psycopg

    reason = ""
    for user in dict.fromkeys(("postgres", "root")):
        url = f"postgresql://{user}@{HOST}:5432/postgres"
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError as error:
            reason = str(error).partition("\n")[0]
        else:
            services = {"TEST_SERVICES": "require"} if required else {}
            return Run(title, {"TEST_DATABASE_URL": url, "TEST_REDIS_URL": redis, **services})
    return Run(title, {}, reason)


def mariadb() -> Run:
    """MariaDB as root with an empty password, without Redis: the apps, as far as they work with the database.

    Its driver is compiled if need be.
    """
    title = "MariaDB"
    if not answers(3306):
        return Run(title, {}, "nothing answers on 3306")
    if reason := driver():
        return Run(title, {}, reason)
    probe = f"import MySQLdb; MySQLdb.connect(host='{HOST}', user='root').close()"
    if subprocess.run([sys.executable, "-c", probe], check=False, capture_output=True).returncode != 0:
        return Run(title, {}, "root may not connect without a password")
    env = {"TEST_DATABASE_URL": f"mysql://root@{HOST}:3306/tenon", "TEST_REDIS_URL": ""}
    return Run(title, env, rooms=ON_MARIADB, options=("--with-database",))


def driver() -> str:
    """Makes sure that mysqlclient can be imported; returns why it cannot be had."""
    if _imports_driver():
        return ""
    bootstrap = [sys.executable, "tools/bootstrap.py", "mysql"]
    if not _has_headers() and os.geteuid() == 0:
        print(f"Installing {', '.join(HEADERS)} …", flush=True)
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-qq", "-y", *HEADERS]):
            _quietly(command)
    if _quietly(bootstrap) and _imports_driver():
        return ""
    return f"mysqlclient could not be compiled; `apt install {' '.join(HEADERS)}` lets it"


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex((HOST, port)) == 0


def _imports_driver() -> bool:
    return subprocess.run([sys.executable, "-c", "import MySQLdb"], capture_output=True, check=False).returncode == 0


def _has_headers() -> bool:
    return any(_quietly(["pkg-config", "--exists", name]) for name in ("mysqlclient", "libmariadb", "mariadb"))


def _quietly(command: Sequence[str]) -> bool:
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
