"""Files made to harm: each is a 4xx within a second, and the processes that answer requests do not grow."""

import logging
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import httpx

from tenon.testing import bombs
from tenon.testing.houses import House, Person
from tenon.testing.pictures import SECRET_PLACE

_log = logging.getLogger(__name__)
FILES = "/api/v1/files/"
MOST_GROWTH = 64 * 1024 * 1024
MOST_SECONDS = 1.0


def send(home: House, person: Person, name: str, content: bytes) -> httpx.Response:
    """One file, as a browser sends it."""
    headers = {"Authorization": f"Bearer {person.access}"}
    with httpx.Client(base_url=home.api.url, headers=headers, timeout=60) as client:
        return client.post(FILES, files={"file": (name, content)})


def api_processes(home: House) -> list[int]:
    """The server and its workers, without the processes that decode."""
    found, fresh = [home.api.pid], [home.api.pid]
    while fresh:
        listed = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", ",".join(map(str, fresh))], **_READ).stdout
        children = [line.split(None, 1) for line in listed.splitlines()]
        fresh = [int(pid) for pid, command in children if "kernel.images.child" not in command]
        found += fresh
    return found


_READ: dict = {"capture_output": True, "text": True, "check": False}


def resident(pids: list[int]) -> int:
    """Bytes of memory that the processes hold together."""
    pages = [int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) for pid in pids]
    return sum(pages) * 4096


def test_files_made_to_harm_are_refused_and_cost_little(home: House, proof_record: Callable[..., None]) -> None:
    person = home.sign_up()
    made = home.call("POST", "/api/v1/organizations/", json={"name": "Careful Inc."}, token=person.access)
    assert made.status == 201, made
    for _ in range(4):  # every worker has started its decoder, and has loaded what it needs
        for name, content in bombs.harmless():
            taken = send(home, person, name, content)
            assert taken.status_code == 201, (name, taken)
    before, pids = resident(api_processes(home)), api_processes(home)
    hostile = list(bombs.hostile())
    refused: Counter[int] = Counter()
    slowest = 0.0
    for name, content in hostile:
        started = time.perf_counter()
        answer = send(home, person, name, content)
        spent = time.perf_counter() - started
        slowest = max(slowest, spent)
        assert 400 <= answer.status_code < 500, (name, answer)
        assert spent < MOST_SECONDS, (name, spent)
        refused[answer.status_code] += 1
    assert api_processes(home) == pids, "no process has died"
    growth = resident(pids) - before
    _log.info("%d files, slowest %.0f ms, growth %.1f MiB", len(hostile), slowest * 1000, growth / 1024**2)
    assert growth < MOST_GROWTH
    assert len(hostile) >= 40
    proof_record(files=len(hostile), statuses=dict(sorted(refused.items())))


def test_a_photograph_comes_back_without_its_place(home: House, proof_record: Callable[..., None]) -> None:
    person = home.sign_up()
    home.call("POST", "/api/v1/organizations/", json={"name": "Careful Inc."}, token=person.access)
    sent = dict(bombs.harmless())["telephone.jpg"]
    assert SECRET_PLACE in sent
    taken = send(home, person, "telephone.jpg", sent)
    assert taken.status_code == 201, taken
    moved = home.call("GET", f"{FILES}{taken.json()['id']}/content/", token=person.access)
    assert moved.status == 302, moved
    got = home.call("GET", moved.headers["location"])
    assert got.status == 200
    assert got.body.startswith(b"\xff\xd8\xff")
    assert SECRET_PLACE not in got.body
    assert b"Exif" not in got.body
    proof_record(photographs=1)
