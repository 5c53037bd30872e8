"""The guide to integrating, run as written against what `make run` starts: ten commands, one verified webhook."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from shutil import which

import pytest

from tenon.testing.houses import SECRET, Database
from tenon.testing.parallel import Connection
from tenon.testing.servers import ROOT, ApiServer, environment, free_port, spawn, wait_until_live
from tests.proofs.conftest import REQUIRED

GUIDE = ROOT / "docs" / "guides" / "integrate.md"
FIRST_START_SECONDS = 180  # the static files are compressed once
PATIENCE = 50  # looks at the feed, which has an event about a second after its commit
_BLOCK = re.compile(r"^```(sh|python|text|json)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_END = "--- end of block ---"


@pytest.fixture(params=["sqlite", "postgresql"])
def service(request: pytest.FixtureRequest, new_database: Callable[[str], Database]) -> Iterator[int]:
    """`python -m tenon.delivery.run` with the demo, as on a developer's machine; the port that it answers at."""
    database = new_database(request.param)
    port = free_port()
    env = {
        **database.env,
        "DJANGO_SETTINGS_MODULE": "tenon.delivery.settings.development",
        "SECRET_KEY": SECRET,
        "PORT": str(port),
        "WORKER_PORT": str(free_port()),
        "DEMO": "1",
    }
    process = spawn("run", [sys.executable, "-m", "tenon.delivery.run"], env=env, log=database.folder / "run.log")
    try:
        wait_until_live(ApiServer(process.name, process.popen, process.log, port), seconds=FIRST_START_SECONDS)
        yield port
        assert process.stop() == 0, process.output()
    finally:
        process.kill()


@pytest.fixture
def shell(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A shell of an integrator, in an empty folder."""
    if missing := [tool for tool in ("curl", "jq", "python3") if which(tool) is None]:
        (pytest.fail if REQUIRED else pytest.skip)(f"not proved: {', '.join(missing)} not installed")
    # In a group of its own, so that the receiver ends with it, whatever happens in between.
    running = subprocess.Popen(
        ["bash"],
        cwd=tmp_path,
        env=environment({}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    yield running
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGTERM)
    running.communicate(timeout=10)


def test_ten_commands_lead_to_a_verified_webhook_and_the_same_event_in_the_feed(
    service: int, shell: "subprocess.Popen[str]", tmp_path: Path, proof_record: Callable[..., None]
) -> None:
    receiver_port = free_port()
    text = GUIDE.read_text(encoding="utf-8").replace("127.0.0.1:8000", f"127.0.0.1:{service}")
    blocks = _BLOCK.findall(re.sub(r"\b9001\b", str(receiver_port), text))
    commands, compared, printed = 0, 0, ""
    for (kind, block), (next_kind, shown) in zip(blocks, [*blocks[1:], ("", "")], strict=True):
        if kind == "python":
            (tmp_path / "receiver.py").write_text(block, encoding="utf-8")
        elif kind == "sh":
            wanted = essence(next_kind, shown) if next_kind in ("text", "json") else ""
            printed = patiently(shell, block, next_kind, wanted)
            assert essence(next_kind, printed) == wanted, block
            commands += not block.startswith("BASE=")
            compared += bool(wanted)
    assert (commands, compared) == (10, 5)

    (received,) = (tmp_path / "received.txt").read_text(encoding="utf-8").splitlines()
    assert received == f"verified: organizations.updated {json.loads(printed)['event']['id']}"
    forger = Connection(receiver_port)
    try:
        assert forger.request("POST", "/", json={"type": "organizations.updated"}).status == 400
    finally:
        forger.close()
    proof_record(commands=commands, verified=1)


def patiently(shell: "subprocess.Popen[str]", block: str, kind: str, wanted: object) -> str:
    """What the shell prints for `block`; a look at the feed is repeated until there is something to see."""
    printed = typed(shell, block)
    for _ in range(PATIENCE if "/events/?cursor" in block else 0):
        if essence(kind, printed) == wanted:
            break
        printed = typed(shell, f"sleep 0.2\n{block}")
    return printed


def typed(shell: "subprocess.Popen[str]", commands: str) -> str:
    """What the shell prints."""
    assert shell.stdin is not None
    assert shell.stdout is not None
    shell.stdin.write(f"{commands}\necho; echo '{_END}'\n")
    shell.stdin.flush()
    return "".join(iter(shell.stdout.readline, f"{_END}\n"))


def essence(kind: str, printed: str) -> object:
    """`printed` without the ids, which differ from one run to the next."""
    plain = _ID.sub("…", printed).strip()
    return json.loads(plain) if kind == "json" else plain
