"""Starts the processes that serve, and sees to it that all of them end together."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Collection, Mapping, Sequence

from tenon.delivery.run.configuration import Configuration

STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
POLL_SECONDS = 0.2
# What is under way may end; what takes longer is cut off.
DRAIN_SECONDS = 30
KILL_SECONDS = DRAIN_SECONDS + 5
PR_SET_PDEATHSIG = 1
GRANIAN = [sys.executable, "-m", "granian", "--log-level", "warning", "--respawn-failed-workers"]
CELERY = [sys.executable, "-m", "celery", "--quiet", "-A", "tenon.delivery.celery", "worker"]
CELERY += ["--without-gossip", "--without-mingle"]
GRANIAN += ["--workers-kill-timeout", str(DRAIN_SECONDS)]


def commands(configuration: Configuration) -> dict[str, list[str]]:
    """The command line of each process by its name: the API (WSGI), and the worker for what runs beside it (ASGI).

    Where a broker is named, a Celery worker runs the jobs.
    """
    api = [
        *("--interface", "wsgi", "--http", "1", "--host", configuration.host, "--port", str(configuration.port)),
        *("--workers", str(configuration.workers), "--blocking-threads", str(configuration.threads)),
        *("--backlog", "2048", "tenon.delivery.wsgi:application"),
    ]
    worker = [
        *("--interface", "asgi", "--host", configuration.worker_host, "--port", str(configuration.worker_port)),
        *("--workers", "1", "tenon.delivery.asgi:application"),
    ]
    jobs = [*CELERY, "--concurrency", str(configuration.jobs), "--hostname", f"tenon-{configuration.port}@%h"]
    return {
        "api": [*GRANIAN, *api],
        "worker": [*GRANIAN, *worker],
        **({"jobs": jobs} if configuration.jobs else {}),
    }


def supervise(
    processes: Mapping[str, Sequence[str]],
    *,
    ready: Callable[[], bool],
    started: Callable[[], None],
    say: Callable[[str], None],
) -> int:
    """Runs `processes` until a signal asks it to stop (0) or one of them ends by itself (1); then none is left.

    `started` is called once, as soon as `ready` says so.
    """
    stopping = threading.Event()
    before = {number: signal.signal(number, lambda *_: stopping.set()) for number in STOP}
    children = {name: _start(command) for name, command in processes.items()}
    try:
        announced = False
        while not stopping.wait(POLL_SECONDS):
            for name, child in children.items():
                if (status := child.poll()) is not None:
                    say(f"the {name} process ended by itself (status {status}); stopping everything.")
                    return 1
            if not announced and ready():
                announced = True
                started()
        say("stopping …")
        return 0
    finally:
        stop(children.values())
        for number, handler in before.items():
            signal.signal(number, handler)


def stop(children: Collection["subprocess.Popen[bytes]"], *, patience: float = KILL_SECONDS) -> None:
    """Asks all of them to end, waits `patience` seconds for what is under way, and then ends them with their own."""
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def _start(command: Sequence[str]) -> "subprocess.Popen[bytes]":
    # In a session of its own, so that Ctrl-C reaches only us and they end in order; if we are killed, Linux ends them.
    return subprocess.Popen(command, start_new_session=True, preexec_fn=_end_with_parent)


def _end_with_parent() -> None:  # pragma: no cover - runs in the child, before it becomes another program
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
