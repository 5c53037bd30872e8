"""The source files that the rules about code look at."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("tenon", "tools", "tests", "benchmarks")


def python_files(*folders: str) -> Iterator[Path]:
    """Every Python file under `folders`, relative to the project."""
    for folder in folders or FOLDERS:
        yield from sorted(path.relative_to(ROOT) for path in (ROOT / folder).rglob("*.py"))


def written_by_hand(path: Path) -> bool:
    """Migrations are written by a machine."""
    return "migrations" not in path.parts


@cache
def syntax(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), str(path))


def calls(path: Path, name: str) -> Iterator[ast.Call]:
    """Calls of `name` in a file, whether it was imported by itself or through its module."""
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Call) and name in (getattr(node.func, "id", ""), getattr(node.func, "attr", "")):
            yield node
