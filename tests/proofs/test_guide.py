"""The guide on authentication, run as it is written: every command in one shell, every answer like the one shown."""

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tenon.testing.houses import House
from tenon.testing.mailbox import Letter
from tenon.testing.servers import ROOT

GUIDE = ROOT / "docs" / "guides" / "authentication.md"
READER = "ada@example.com"
_BLOCK = re.compile(r"^```(sh|json)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"\b[0-9]{8}\b")
_END = "--- end of block ---"
# What the first link of the letter has in it that a variable of the guide is read from.
_ABOUT = {"LINK": "/verify/", "SECRET": "#token=", "CODE": "/magic-verify?"}


@dataclass(frozen=True)
class Step:
    """Commands of the guide, and the answer that it shows for them, if any."""

    commands: str
    answer: str


def steps() -> Iterator[Step]:
    """The guide's commands in their order."""
    blocks = _BLOCK.findall(GUIDE.read_text(encoding="utf-8"))
    for (kind, text), (next_kind, next_text) in zip(blocks, [*blocks[1:], ("", "")], strict=True):
        if kind == "sh":
            yield Step(text, next_text if next_kind == "json" else "")


class Reader:
    """Somebody who types the guide into one shell, with the service's own address and the links of their letters."""

    def __init__(self, house: House, folder: Path) -> None:
        self._house = house
        self._letters = len(house.mail.of(READER))
        self._shell = subprocess.Popen(
            ["bash"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def type(self, commands: str) -> str:
        """What the shell prints."""
        mended = re.sub(r"^(BASE|LINK|SECRET|CODE)=.*$", self._real, commands, flags=re.MULTILINE)
        assert self._shell.stdin is not None
        assert self._shell.stdout is not None
        self._shell.stdin.write(f"{mended}\necho; echo '{_END}'\n")
        self._shell.stdin.flush()
        return "".join(iter(self._shell.stdout.readline, f"{_END}\n"))

    def leave(self) -> None:
        """Close the shell."""
        self._shell.communicate(timeout=10)

    def _real(self, example: re.Match[str]) -> str:
        name = example[1]
        if name == "BASE":
            return f"BASE={self._house.api.url}"
        letter = self._next_letter(_ABOUT[name])
        link = letter.links[0]
        if name == "LINK":
            return f"LINK={self._house.api.url}/{link.partition('://')[2].partition('/')[2]}"
        if name == "CODE":
            return f"CODE={_CODE.findall(letter.text)[0]}"
        return f"SECRET={link.partition('#token=')[2]}"

    def _next_letter(self, about: str) -> Letter:
        """The next letter whose first link is `about` that."""
        while True:
            self._letters += 1
            self._house.mail.wait(READER, count=self._letters)
            letter = self._house.mail.of(READER)[self._letters - 1]
            if letter.links and about in letter.links[0]:
                return letter


@pytest.fixture
def reader(home: House, tmp_path: Path) -> Iterator[Reader]:
    """A reader of the guide in front of a running service."""
    reading = Reader(home, tmp_path)
    yield reading
    reading.leave()


def test_the_guide_does_what_it_says(reader: Reader) -> None:
    shown = 0
    for step in steps():
        printed = reader.type(step.commands)
        if step.answer:
            assert essence(json.loads(printed)) == essence(json.loads(step.answer)), step.commands
            shown += 1
        else:
            assert printed.strip() == "", step.commands
    assert shown == GUIDE.read_text(encoding="utf-8").count("```json") > 0


def essence(answer: object) -> object:
    """`answer` without what differs from one run to the next: ids, tokens, times, and how many keys there are."""
    if isinstance(answer, dict):
        return {name: _kind(value) if name in _OWN else essence(value) for name, value in answer.items()}
    if isinstance(answer, list):
        return [essence(answer[0])] if answer else []
    return answer


def _kind(value: object) -> str:
    return type(value).__name__


_OWN = {"id", "challenge_id", "request_id", "type", "access", "refresh", "created_at", "last_used_at", "device"}
_OWN |= {"x", "kid"}  # of a key
