"""Real processes for proofs: the API on granian, the relay, commands; each with its own log, stopped by its pid."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tenon.delivery.run.configuration import read
from tenon.delivery.run.processes import commands
from tenon.kernel.env import Env

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
_ALWAYS = {"PYTHONUNBUFFERED": "1", "TENON_DOTENV": "off"}
_START_SECONDS = 60
_STOP_SECONDS = 30


class ProcessFailed(AssertionError):
    """A process ended, or did not get ready; the message carries the end of its log."""


@dataclass
class Process:
    """A child process that leads its own process group and writes to `log`."""

    name: str
    popen: "subprocess.Popen[bytes]"
    log: Path

    @property
    def pid(self) -> int:
        return self.popen.pid

    @property
    def running(self) -> bool:
        return self.popen.poll() is None

    def output(self, characters: int = 4000) -> str:
        """The end of what it has written."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-characters:]

    def wait(self, seconds: float) -> int:
        """Wait for its end. Raises ProcessFailed when that takes longer."""
        try:
            return self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            raise ProcessFailed(f"{self.name} still runs after {seconds} s:\n{self.output()}") from None

    def terminate(self) -> None:
        """Ask it to stop (SIGTERM), without waiting."""
        if self.running:
            self.popen.send_signal(signal.SIGTERM)

    def stop(self) -> int:
        """SIGTERM, and its exit status. One that will not go is killed and raises ProcessFailed."""
        self.terminate()
        try:
            return self.wait(_STOP_SECONDS)
        finally:
            self.kill()

    def kill(self) -> int:
        """SIGKILL to the process and all of its children."""
        if self.running:
            os.killpg(self.pid, signal.SIGKILL)
        return self.popen.wait(_STOP_SECONDS)


@dataclass
class ApiServer(Process):
    """A granian server of the API on 127.0.0.1."""

    port: int = 0

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def environment(overrides: Mapping[str, str]) -> dict[str, str]:
    """What a child may see: nothing of ours but the search path and the coverage hook, and then `overrides`.

    A developer's `.env` is not read.
    """
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START")
    return {name: os.environ[name] for name in kept if name in os.environ} | _ALWAYS | dict(overrides)


def spawn(
    name: str,
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    log: Path,
    cwd: Path = ROOT,
    account: Mapping[str, Any] | None = None,
) -> Process:
    """Start `command` as the leader of its own group, with both output streams appended to `log`.

    `account` says whom it runs as, in the words of Popen: user, group, extra_groups.
    """
    with log.open("ab") as stream:
        popen = subprocess.Popen(
            command,
            env=environment(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=True,
            **(account or {}),
        )
    return Process(name, popen, log)


def manage(*arguments: str, env: Mapping[str, str], stdin: str = "") -> str:
    """Run `manage.py` to its end and return its output. Raises ProcessFailed when it fails."""
    return run_python("manage.py", *arguments, env=env, stdin=stdin)


def run_python(*arguments: str, env: Mapping[str, str], stdin: str = "") -> str:
    """Run a program of ours (`-m tests.proofs.people_house`) to its end and return its output. Raises ProcessFailed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        env=environment(env),
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if done.returncode:
        named = " ".join(arguments[:2])
        raise ProcessFailed(f"{named} exited with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout


def spawn_api(*, env: Mapping[str, str], log: Path, port: int = 0, workers: int = 2, threads: int = 2) -> ApiServer:
    """Start the API as `make run` does, without waiting for it. With `port` given, a second one may share it."""
    port = port or free_port()
    wanted = {"HOST": HOST, "PORT": port, "API_WORKERS": workers, "API_THREADS": threads}
    configuration = read(Env({name: str(value) for name, value in wanted.items()}), demo_by_default=False)
    command = commands(configuration)["api"]
    process = spawn("api", command, env={**env, "API_THREADS": str(threads)}, log=log)
    return ApiServer(process.name, process.popen, process.log, port)


def listeners(port: int) -> int:
    """How many sockets listen on `port`: each worker process has one of its own (SO_REUSEPORT). Linux only."""
    entries = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    return sum(local.endswith(f":{port:04X}") and state == "0A" for _, local, _, state, *_ in entries)


def spawn_relay(*, env: Mapping[str, str], log: Path) -> Process:
    """Start `manage.py relay`."""
    return spawn("relay", [sys.executable, "manage.py", "relay"], env=env, log=log)


def wait_until_live(server: ApiServer, *, seconds: float = _START_SECONDS) -> None:
    """Wait until the server answers. Raises ProcessFailed."""
    wait_until_up(server, lambda: answers(server.port, "/health/live/") == 200, seconds=seconds)


def wait_until_up(process: Process, answering: Callable[[], bool], *, seconds: float = _START_SECONDS) -> None:
    """Wait until `answering`. Raises ProcessFailed when the process ends before, or takes over `seconds`."""

    def up() -> bool:
        if not process.running:
            raise ProcessFailed(f"{process.name} ended with {process.popen.returncode}:\n{process.output()}")
        return answering()

    try:
        wait_for(up, f"{process.name} to answer", seconds=seconds)
    except TimeoutError as late:
        raise ProcessFailed(f"{late}\n{process.output()}") from None


def wait_for(condition: Callable[[], bool], what: str, *, seconds: float = 30) -> None:
    """Look again and again until `condition` holds. Raises TimeoutError, saying for `what` it waited."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError(f"Waited {seconds} s for {what}.")
        time.sleep(0.02)


def answers(port: int, path: str) -> int:
    """The status of one GET; 0 when nobody answers."""
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
