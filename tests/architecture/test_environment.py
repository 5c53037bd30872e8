"""`.env.example` explains exactly the variables that are read."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tenon.delivery.settings import databases, limits, mail
from tenon.kernel.env import Env
from tenon.kernel.limits import rates
from tenon.kernel.tenancy.management.commands import database_roles
from tests.architecture.tree import ROOT, python_files, syntax

READERS = {"text", "flag", "integer", "items", "choice"}
# These read names that they compute; `computed_names` runs them.
COMPUTE = {
    "tenon/delivery/settings/databases.py",
    "tenon/delivery/settings/mail.py",
    "tenon/kernel/limits/rates.py",
    "tenon/kernel/tenancy/management/commands/database_roles.py",
}
# Not ours to explain: they belong to Python's world or to a WSGI request, or are set by a test for its own children.
FOREIGN = re.compile(
    r"^(DJANGO_SETTINGS_MODULE|CONTENT_LENGTH|CI|PATH|HOME|PYTHON\w+|COVERAGE_\w+|PROOF_(?!SCALE)\w+|TEST_PROCESS_\w+)$"
)


class Recorder(Env):
    """Remembers the names that were asked for."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__(environ)
        self.asked: set[str] = set()

    def text(self, *names: str, default: str = "") -> str:
        self.asked.update(names)
        return super().text(*names, default=default)


def literal_names(path: Path) -> Iterator[str]:
    """Names in `env.text("NAME")`, `Env(…).flag("NAME")`, `os.environ.get("NAME")` and `os.environ["NAME"]`."""
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = ast.unparse(node.func.value)
            if owner.endswith("environ") and node.func.attr in ("get", "pop", "setdefault"):
                yield from names_in(path, node.args[:1])
            elif node.func.attr in READERS and (owner in ("env", "self.env") or owner.startswith("Env(")):
                yield from names_in(path, node.args)
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("os.environ"):
            yield from names_in(path, [node.slice])


def names_in(path: Path, arguments: list[ast.expr]) -> Iterator[str]:
    for argument in arguments:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.value
        else:
            assert str(path) in COMPUTE | EXEMPT, f"{path}:{argument.lineno} computes a name: teach `computed_names` it"


EXEMPT = {"tenon/testing/servers.py", "tenon/kernel/env.py"}


def computed_names() -> set[str]:
    parts = Recorder({"DB_ENGINE": "postgresql", "DB_NAME": "tenon"})
    databases.from_environment(parts, base=ROOT)
    commands = Recorder({})
    for command in databases.OTHER_ROLES:
        databases.from_environment(commands, base=ROOT, command=command)
    providers = Recorder({})
    mail.from_environment(providers, site_url="https://api.example.com")
    limited = Recorder({})
    rates.from_environment(limited, limits.RATE_LIMITS)
    return parts.asked | commands.asked | providers.asked | limited.asked | set(database_roles._PASSWORDS.values())


def read_names() -> set[str]:
    files = [path for path in python_files("tenon", "tools", "tests") if "tests" not in path.parts[1:-1]]
    literal = {name for path in [*files, Path("conftest.py")] for name in literal_names(path)}
    return {name for name in literal | computed_names() if not FOREIGN.match(name)}


def explained() -> dict[str, str]:
    """Name to the comment that stands above it, for every `NAME=value` and `# NAME=value` line."""
    names, comment = {}, ""
    for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines():
        if match := re.match(r"^(?:# )?([A-Z][A-Z0-9_]+)=", line):
            names[match[1]] = comment
        elif line.startswith("# "):
            comment = line.removeprefix("# ")
        elif not line:
            comment = ""
    return names


def test_every_variable_that_is_read_is_explained():
    assert read_names() - set(explained()) == set()


def test_every_variable_that_is_explained_is_read():
    assert set(explained()) - read_names() == set()


@pytest.mark.parametrize("name", sorted(explained()))
def test_the_explanation_says_something(name: str):
    assert len(explained()[name]) > 15, f"{name} has no explanation above it"
