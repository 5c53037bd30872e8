"""Who may see every organization's rows: a short list, each entry with its reason; and how long a scope may last."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.tree import calls, python_files, syntax, written_by_hand

# Path -> why it needs to see across organizations.
MAY_SEE_ALL: dict[str, str] = {
    "tenon/kernel/portal/across.py": "staff look after the rows of every organization, and see which is whose",
    "tenon/platform/organizations/selectors.py": "numbers of the whole deployment, for its operators",
    "tenon/platform/organizations/services/invitations.py": (
        "any organization may have invited an address before its owner has an account; and invitations of all expire"
    ),
}


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


SCOPES = {"organization_scope", "self_scope", "system_scope"}


def suspended(path: Path) -> Iterator[int]:
    """Lines where a generator hands over while it holds a scope. A fixture or a context manager is asked to do so."""
    for function in ast.walk(syntax(path)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and not function.decorator_list:
            for block in ast.walk(function):
                if isinstance(block, ast.With) and any(opens_scope(item.context_expr) for item in block.items):
                    yield from (
                        node.lineno
                        for node in ast.walk(block)
                        if isinstance(node, ast.Yield | ast.YieldFrom | ast.Await)
                    )


def opens_scope(expression: ast.expr) -> bool:
    function = expression.func if isinstance(expression, ast.Call) else None
    return (getattr(function, "id", "") or getattr(function, "attr", "")) in SCOPES


def test_no_scope_is_held_across_a_yield():
    """The consumer would run inside of it, and what comes after would close it in another request's context."""
    found = [f"{path}:{line}" for path in python_files("tenon") for line in suspended(path)]
    assert found == []


def test_a_held_scope_is_found(tmp_path: Path):
    bad = tmp_path / "bad.py"
    bad.write_text("def rows():\n    with scopes.organization_scope(one), other:\n        yield 1\n")
    assert list(suspended(bad)) == [3]
