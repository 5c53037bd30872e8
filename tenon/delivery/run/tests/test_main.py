"""`make run` as a person meets it: a process that says where it is, serves, and stops with all that it started."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tenon.delivery.run.__main__ import main
from tenon.testing.servers import free_port

ROOT = Path(__file__).resolve().parents[4]
LAST_LINE = "Ctrl-C stops it."


@contextmanager
def running(environment: Mapping[str, str]) -> Iterator[tuple["subprocess.Popen[str]", list[str]]]:
    """The process and the lines it has said, once it serves; ended for sure afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tenon.delivery.run"],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        said: list[str] = []
        for line in process.stdout:
            said.append(line.rstrip())
            if said[-1] == LAST_LINE:
                break
        assert said, "it ended without a word"
        assert said[-1] == LAST_LINE, "\n".join(said)
        yield process, said
    finally:
        process.terminate()
        process.communicate(timeout=60)


def ask(port: int, method: str, path: str, body: Mapping[str, str] | None = None) -> tuple[int, dict[str, object]]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Content-Type": "application/json"} if body else {}
    connection.request(method, path, json.dumps(body) if body else None, headers)
    response = connection.getresponse()
    answer = json.loads(response.read())
    connection.close()
    return response.status, answer


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "tenon.delivery.settings.development",
        "DATABASE_URL": f"sqlite:///{tmp_path}/tenon.sqlite3",
        "REDIS_URL": "",
        "PORT": str(free_port()),
        "WORKER_PORT": str(free_port()),
        "API_WORKERS": "1",
        "DEMO": "1",
    }


def test_the_first_run_prepares_and_says_where_and_the_second_has_less_to_do(environment: dict[str, str]):
    port, worker_port = int(environment["PORT"]), int(environment["WORKER_PORT"])
    with running(environment) as (process, said):
        assert any("applying" in line and "migrations" in line for line in said)
        assert f"Tenon answers at http://127.0.0.1:{port}/" in said
        assert f"portal          http://127.0.0.1:{port}/admin/" in said
        assert f"documentation   http://127.0.0.1:{port}/api/docs/" in said
        credentials = next(line.split()[2:4] for line in said if line.startswith("demo login      alice@"))
        status, answer = ask(port, "POST", "/api/v1/auth/login/", {"email": credentials[0], "password": credentials[1]})
        assert status == 200
        assert answer["access"]
        assert ask(worker_port, "GET", "/live/") == (200, {"status": "ok"})

        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=60)
        assert process.returncode == 0, rest
        assert "stopping …" in rest

    for left in (port, worker_port):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", left)) != 0

    with running({**environment, "DEMO": "0", "API_DOCS_ENABLED": "false"}) as (process, said):
        assert not any("applying" in line for line in said)
        assert not any(line.startswith(("demo login", "documentation")) for line in said)


def test_a_port_in_use_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("PORT", str(server.getsockname()[1]))
        assert main() == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_a_folder_that_cannot_be_written_to_comes_first(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    (tmp_path / "var").write_text("a file where the folder should be")
    monkeypatch.setattr("tenon.delivery.run.__main__.DATA", tmp_path / "var")
    assert main() == 1
    assert capsys.readouterr().err.startswith("run: ")


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("DATABASE_URL", "no such thing", "DATABASE_URL is not a database URL"),
        ("DATABASE_URL", "postgresql://tenon:very-secret@127.0.0.1:1/tenon", "DATABASE_URL cannot be used"),
        ("EMAIL_PROVIDER", "pigeon", "EMAIL_PROVIDER must be one of"),
        ("API_WORKERS", "many", "API_WORKERS must be a whole number"),
        ("DJANGO_SETTINGS_MODULE", "nope", "DJANGO_SETTINGS_MODULE names no module: No module named 'nope'"),
        (
            "DJANGO_SETTINGS_MODULE",
            "tenon.nope",
            "DJANGO_SETTINGS_MODULE names no module: No module named 'tenon.nope'",
        ),
        ("HOST", "0.0.0.0", "DEMO must be off while HOST=0.0.0.0"),
    ],
)
def test_a_wrong_variable_is_named_in_one_line(environment: dict[str, str], variable: str, value: str, said: str):
    done = subprocess.run(
        [sys.executable, "-m", "tenon.delivery.run"],
        cwd=ROOT,
        env={**os.environ, **environment, variable: value},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("run: ")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert "very-secret" not in done.stderr
    assert done.stdout == ""


def test_a_missing_driver_is_said_before_anything_asks_for_it(environment: dict[str, str]):
    code = (
        "import importlib.util, sys; real = importlib.util.find_spec;"
        "importlib.util.find_spec = lambda name, *rest: None if name == 'MySQLdb' else real(name, *rest);"
        "from tenon.delivery.run.__main__ import main; sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, **environment, "DATABASE_URL": "mysql://tenon@127.0.0.1:1/tenon"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.rstrip().endswith("requirements/mysql.lock")


def test_a_module_that_the_settings_miss_is_no_wrong_name_of_theirs(monkeypatch: pytest.MonkeyPatch):
    def miss():
        raise ModuleNotFoundError("No module named 'elsewhere'", name="elsewhere")

    monkeypatch.setattr("django.setup", miss)
    with pytest.raises(ModuleNotFoundError):
        main()


def test_nobody_else_is_served_while_a_published_password_opens_an_account(environment: dict[str, str]):
    for command in ("migrate", "seed_demo"):
        subprocess.run(
            [sys.executable, "manage.py", command], cwd=ROOT, env={**os.environ, **environment}, check=True, timeout=120
        )
    done = subprocess.run(
        [sys.executable, "-m", "tenon.delivery.run"],
        cwd=ROOT,
        env={**os.environ, **environment, "HOST": "0.0.0.0", "DEMO": "0"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("run: Anybody can sign in as admin@example.com and alice@example.com")


def test_ctrl_c_while_preparing_is_no_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr("tenon.delivery.run.checks.require_writable", interrupt)
    assert main() == 130
    assert capsys.readouterr().err == ""
