"""The reader of environment variables and `.env` files."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from tenon.kernel.env import Env, database_from_url, load_dotenv


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


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("sqlite:///var/a.sqlite3", "var/a.sqlite3"),
        ("sqlite:////data/a%20b.sqlite3", "/data/a b.sqlite3"),
        ("sqlite://", ":memory:"),
    ],
)
def test_an_sqlite_url_names_a_file(url: str, name: str) -> None:
    assert database_from_url(url) == {"ENGINE": "django.db.backends.sqlite3", "NAME": name}


@pytest.mark.parametrize("url", ["postgresql://app:geheim@host:port/tenon", "nonsense", "postgres://app:geheim@host/"])
def test_a_bad_url_names_its_variable_and_never_the_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^OTHER_URL ") as refusal:
        database_from_url(url, variable="OTHER_URL")
    assert "geheim" not in str(refusal.value)
