"""Who may see every organization's rows: a short list, each entry with its reason; and how long a scope may last."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.tree import calls, python_files, syntax, written_by_hand

# Path -> why it needs to see across organizations.
MAY_SEE_ALL: dict[str, str] = {
    "tenon/domains/catalog/services/imports/running.py": "imports of every organization are kept for a while only",
    "tenon/delivery/admin_api/audit.py": "staff read what was done in every organization",
    "tenon/domains/catalog/services/stock/reserving.py": "reservations of every organization have their time",
    "tenon/platform/webhooks/selectors.py": "numbers of the whole deployment, for its operators",
    "tenon/platform/webhooks/services/deliveries.py": "deliveries of every organization are kept for a while only",
    "tenon/platform/webhooks/services/lanes.py": "one dispatcher serves the lanes of every organization",
    "tenon/domains/orders/services/cart_purging.py": "guests' carts of every organization are kept for a while only",
    "tenon/domains/orders/services/expiry.py": "orders of every organization run out of time",
    "tenon/domains/orders/selectors/ledger.py": "the books of every organization are verified",
    "tenon/platform/webhooks/services/secrets.py": "whether a change of SECRET_KEY has left secrets behind",
    "tenon/kernel/feed/expiry.py": "events of all organizations expire",
    "tenon/kernel/feed/placing.py": "the relay gives the events of all organizations their places",
    "tenon/kernel/portal/across.py": "staff look after the rows of every organization, and see which is whose",
    "tenon/kernel/personal_data/erasing.py": "a person is erased from the rows of every organization",
    "tenon/kernel/personal_data/gathering.py": "a person asks for what is held of them in any organization",
    "tenon/platform/audit/selectors/verification.py": "the chains of all organizations are verified",
    "tenon/platform/audit/services/purging.py": "rows of all organizations are kept equally long",
    "tenon/platform/audit/services/sealing.py": "rows of all organizations are sealed into their chains by the relay",
    "tenon/platform/api_keys/selectors.py": "whose account is disabled may have made keys for any organization",
    "tenon/domains/catalog/selectors/numbers.py": "numbers of the whole deployment, for its operators",
    "tenon/domains/orders/services/notices.py": "notices of every organization are kept equally long",
    "tenon/domains/orders/services/reconciling.py": "payments of every organization may have been left hanging",
    "tenon/platform/files/services/purging.py": "files of every organization are kept for a while only",
    "tenon/platform/organizations/selectors/numbers.py": "numbers of the whole deployment, for its operators",
    "tenon/platform/organizations/selectors/standing.py": "whoever leaves may own organizations that others would miss",
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
