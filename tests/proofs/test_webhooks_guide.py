"""The guide on webhooks, run as written: its programs as files, its commands in one shell, its answers compared."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tenon.testing.houses import House
from tenon.testing.servers import ROOT, Process, environment, spawn
from tests.proofs.conftest import REQUIRED, OpenHouse

GUIDE = ROOT / "docs" / "guides" / "webhooks.md"
TOOLS = ("curl", "jq", "node", "openssl", "od", "base64")
_BLOCK = re.compile(r"^```(sh|python|js|text|json)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"^(?:#|//) (\S+)\n")
_END = "--- end of block ---"


@pytest.fixture
def house(open_house: OpenHouse, tmp_path: Path) -> Iterator[House]:
    """A service that may call this machine, as in development, with its dispatcher."""
    opened = {
        "OUTGOING_ALLOW_HTTP": "true",
        "OUTGOING_PORTS": "*",
        "OUTGOING_PRIVATE_NETWORKS": "127.0.0.0/8",
        "ALLOW_IN_PRODUCTION": "sqlite,unlimited_login,private_calls",
    }
    home = open_house("sqlite", **opened)
    command = [sys.executable, "manage.py", "deliver_webhooks"]
    dispatcher: Process = spawn("webhooks", command, env=home.env, log=tmp_path / "webhooks.log")
    yield home
    assert dispatcher.stop() == 0, dispatcher.output()


@pytest.fixture
def shell(house: House, tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A shell of somebody who owns an organization and is signed in."""
    if missing := [tool for tool in TOOLS if shutil.which(tool) is None]:
        (pytest.fail if REQUIRED else pytest.skip)(f"not proved: {', '.join(missing)} not installed")
    person = house.sign_up()
    made = house.call("POST", "/api/v1/organizations/", json={"name": "Acme"}, token=person.access)
    assert made.status == 201, made
    own = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = environment({"ACCESS": person.access, "PATH": own})
    # In a group of its own, so that the receivers end with it, whatever happens in between.
    running = subprocess.Popen(
        ["bash"],
        cwd=tmp_path,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    yield running
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGTERM)
    running.communicate(timeout=10)


def test_the_guide_does_what_it_says(house: House, shell: "subprocess.Popen[str]", tmp_path: Path) -> None:
    blocks = _BLOCK.findall(GUIDE.read_text(encoding="utf-8"))
    compared = 0
    for (kind, text), (next_kind, shown) in zip(blocks, [*blocks[1:], ("", "")], strict=True):
        if kind in ("python", "js"):
            name = _NAME.match(text)
            assert name, "a program says in its first line what its file is called"
            (tmp_path / name[1]).write_text(text, encoding="utf-8")
        elif kind == "sh":
            printed = typed(shell, re.sub(r"^BASE=.*$", f"BASE={house.api.url}", text, flags=re.MULTILINE))
            if next_kind == "json":
                assert json.loads(printed) == json.loads(shown), text
            else:
                assert printed.strip() == (shown.strip() if next_kind == "text" else ""), text
            compared += next_kind in ("json", "text")
    assert compared >= 8


def typed(shell: "subprocess.Popen[str]", commands: str) -> str:
    """What the shell prints."""
    assert shell.stdin is not None
    assert shell.stdout is not None
    shell.stdin.write(f"{commands}\necho; echo '{_END}'\n")
    shell.stdin.flush()
    lines = []
    for line in shell.stdout:
        if line.strip() == _END:
            break
        lines.append(line)
    return "".join(lines)
