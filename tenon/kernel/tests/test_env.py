"""The reader of environment variables and `.env` files."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from tenon.kernel.env import Env, load_dotenv


def test_a_dotenv_file_is_read_and_what_is_set_wins(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(
        "# a comment\n"
        "PLAIN=value\n"
        "export EXPORTED = spaced \n"
        "SINGLE='with # and \" inside'\n"
        'DOUBLE="a b"\n'
        "COMMENTED=15  # minutes\n"
        "HASH=a#b\n"
        "EMPTY=\n"
        "NOTHING= # only a comment\n"
        "SET=from the file\n"
        "not a line\n",
        encoding="utf-8",
    )
    environ = {"SET": "from outside"}
    load_dotenv(file, environ)
    assert environ == {
        "SET": "from outside",
        "PLAIN": "value",
        "EXPORTED": "spaced",
        "SINGLE": 'with # and " inside',
        "DOUBLE": "a b",
        "COMMENTED": "15",
        "HASH": "a#b",
        "EMPTY": "",
        "NOTHING": "",
    }


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ('A="x" # c', "x"),
        ("A='x y'   # a \"c\"", "x y"),
        ('A="x # y" # c', "x # y"),
        ('A="x"#y', '"x"#y'),
        ('A="x" y', '"x" y'),
        ('A="say "so""', 'say "so"'),
        ('A="', '"'),
    ],
)
def test_a_comment_may_follow_a_quoted_value(tmp_path: Path, line: str, value: str) -> None:
    (tmp_path / ".env").write_text(line, encoding="utf-8")
    environ: dict[str, str] = {}
    load_dotenv(tmp_path / ".env", environ)
    assert environ == {"A": value}


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("FIRST=1\n", encoding="utf-8-sig")
    environ: dict[str, str] = {}
    load_dotenv(tmp_path / ".env", environ)
    assert environ == {"FIRST": "1"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [("A=1\nNAME=Zoë".encode("latin-1"), "line 2 is not"), ("A=1".encode("utf-16-le"), "it holds zero bytes")],
)
def test_a_file_in_another_encoding_is_said_in_one_line(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / ".env").write_bytes(content)
    with pytest.raises(ImproperlyConfigured, match=rf"\.env must be saved as UTF-8; {reason}\.$") as refusal:
        load_dotenv(tmp_path / ".env", {})
    assert "\n" not in str(refusal.value)


def test_a_missing_dotenv_file_is_nothing(tmp_path: Path) -> None:
    environ: dict[str, str] = {}
    load_dotenv(tmp_path / ".env", environ)
    assert environ == {}


def test_text_is_the_first_that_says_something() -> None:
    env = Env({"A": "  ", "B": " b ", "C": "c"})
    assert env.text("A", "B", "C") == "b"
    assert env.text("A", "MISSING", default="d") == "d"


@pytest.mark.parametrize(
    ("raw", "value"), [("1", True), ("TRUE", True), (" yes ", True), ("on", True), ("0", False), ("No", False)]
)
def test_a_flag_is_read(raw: str, value: bool) -> None:
    assert Env({"F": raw}).flag("F", default=not value) is value


def test_an_unset_or_empty_flag_is_its_default() -> None:
    assert Env({}).flag("F", default=True) is True
    assert Env({"F": " "}).flag("F", default=True) is True


def test_numbers_lists_and_choices_are_read() -> None:
    env = Env({"N": " 7 ", "L": "a, b,,c ", "NONE": "", "C": "two"})
    assert env.integer("N", default=1) == 7
    assert env.integer("NONE", default=1) == 1
    assert env.items("L") == ["a", "b", "c"]
    assert env.items("NONE", default=["x"]) == []
    assert env.items("MISSING", default=["x"]) == ["x"]
    assert env.choice("C", choices=("one", "two"), default="one") == "two"
    assert env.choice("MISSING", choices=("one", "two"), default="one") == "one"


def test_a_bad_value_names_its_variable() -> None:
    env = Env({"F": "maybe", "N": "many", "SMALL": "0", "C": "three"})
    with pytest.raises(ImproperlyConfigured, match=r"^F must be true or false"):
        env.flag("F", default=True)
    with pytest.raises(ImproperlyConfigured, match=r"^N must be a whole number"):
        env.integer("N", default=1)
    with pytest.raises(ImproperlyConfigured, match=r"^SMALL must be at least 1, not 0"):
        env.integer("SMALL", default=1, minimum=1)
    with pytest.raises(ImproperlyConfigured, match=r"^C must be one of one, two, not 'three'"):
        env.choice("C", choices=("one", "two"), default="one")
