"""Who may see every organization's rows: a short list, each entry with its reason."""

from tests.architecture.tree import calls, python_files, written_by_hand

# Path -> why it needs to see across organizations.
MAY_SEE_ALL: dict[str, str] = {}


def callers() -> set[str]:
    return {
        str(path)
        for path in python_files("tenon")
        if written_by_hand(path) and not {"tests", "testing"} & set(path.parts) and any(calls(path, "system_scope"))
    }


def test_only_the_listed_modules_open_a_system_scope():
    assert callers() - set(MAY_SEE_ALL) == set(), "a system scope sees all organizations: list it here with its reason"


def test_the_list_holds_nobody_who_no_longer_asks():
    assert set(MAY_SEE_ALL) - callers() == set()
