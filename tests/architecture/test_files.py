"""Rules about files: what they are called, how long they may get, and that each package says what it is for."""

import ast

from tests.architecture.tree import ROOT, python_files, syntax, written_by_hand

LONGEST = 400
NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc", "shared"}

HAND_WRITTEN = [path for path in python_files() if written_by_hand(path)]


def test_the_rules_see_the_code():
    assert len(HAND_WRITTEN) > 100


def test_no_module_is_named_for_nothing():
    offenders = [str(path) for path in HAND_WRITTEN if NAMELESS & {path.stem, *path.parts[:-1]}]
    assert offenders == [], "name a module for what is in it"


def test_no_file_outgrows_a_sitting():
    lengths = {str(path): (ROOT / path).read_text(encoding="utf-8").count("\n") for path in HAND_WRITTEN}
    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}, "split it by noun"


def test_every_package_says_what_it_is():
    packages = [path for path in HAND_WRITTEN if path.name == "__init__.py"]
    # Test packages and Django's own folders say it by their place.
    named = [path for path in packages if not {"tests", "management"} & set(path.parts)]
    silent = [str(path) for path in named if not ast.get_docstring(syntax(path))]
    assert silent == [], "say in one line what the package owns, and what it never does"


def test_every_test_file_will_be_collected():
    strays = [
        str(path)
        for path in HAND_WRITTEN
        if path.name.endswith("_test.py") or (path.name.startswith("test_") and path.parent.name == "management")
    ]
    assert strays == [], "pytest collects test_*.py"
