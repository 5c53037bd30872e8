"""What is started together ends together."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tenon.delivery.run import processes

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"


def alive(pid: int) -> bool:
    """Whether `pid` runs; one that has ended and that nobody has asked for yet (a zombie) does not."""
    if sys.platform == "linux":
        status = Path(f"/proc/{pid}/stat")
        return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"
    return subprocess.run(["ps", "-p", str(pid)], capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_all_of_them_and_that_is_no_failure(number: int, monkeypatch: pytest.MonkeyPatch):
    said: list[str] = []
    pids: list[int] = []
    start = processes._start
    monkeypatch.setattr(processes, "_start", lambda command: remember(start(command), pids))
    before = signal.getsignal(number)

    status = processes.supervise(
        {"api": SLEEPER, "worker": SLEEPER},
        ready=lambda: True,
        started=lambda: os.kill(os.getpid(), number),
        say=said.append,
    )

    assert status == 0
    assert said == ["stopping …"]
    assert len(pids) == 2
    assert not any(alive(pid) for pid in pids)
    assert signal.getsignal(number) is before


def remember(child: "subprocess.Popen[bytes]", pids: list[int]):
    pids.append(child.pid)
    return child


def test_when_one_ends_by_itself_the_others_end_too_and_it_is_a_failure(monkeypatch: pytest.MonkeyPatch):
    said: list[str] = []
    pids: list[int] = []
    start = processes._start
    monkeypatch.setattr(processes, "_start", lambda command: remember(start(command), pids))

    status = processes.supervise(
        {"api": SLEEPER, "worker": [sys.executable, "-c", "raise SystemExit(3)"]},
        ready=lambda: False,
        started=lambda: pytest.fail("nothing was ready"),
        say=said.append,
    )

    assert status == 1
    assert said == ["the worker process ended by itself (status 3); stopping everything."]
    assert not any(alive(pid) for pid in pids)


def test_it_is_announced_once_and_only_when_ready():
    answers = iter([False, True])
    announced: list[float] = []

    def started():
        announced.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGTERM)

    assert processes.supervise({"api": SLEEPER}, ready=lambda: next(answers), started=started, say=lambda _: None) == 0
    assert len(announced) == 1


def test_whoever_does_not_listen_is_ended_all_the_same():
    child = subprocess.Popen([sys.executable, "-c", DEAF], stdout=subprocess.PIPE, start_new_session=True)
    assert child.stdout is not None
    child.stdout.readline()
    processes.stop([child], patience=0.2)
    child.stdout.close()
    assert child.returncode == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent is gone")
def test_they_end_even_when_the_parent_is_killed(tmp_path: Path):
    script = tmp_path / "parent.py"
    script.write_text(
        "import sys, time\n"
        "from tenon.delivery.run import processes\n"
        f"child = processes._start([sys.executable, '-c', {SLEEPER[2]!r}])\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    root = Path(__file__).resolve().parents[4]
    parent = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(root)}
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 10
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive(pid)
