"""Tables for spreadsheets (RFC 4180), in which nobody's text becomes a formula (CWE-1236)."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any

# What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Figure(str):
    """A number that we wrote ourselves, such as `-5.99`: a spreadsheet is to add it up, whatever it begins with."""

    __slots__ = ()


def safe(cell: Any) -> str:
    """A cell that no spreadsheet takes for a formula: it stands behind an apostrophe."""
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


def plain(cell: str) -> str:
    """What `safe` was given."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def table(columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> str:
    """Rows below the names of their columns, as CSV. Whole numbers and Figures are left as they are, None is
    empty, a truth is `true` or `false`."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return text.getvalue()


def _cell(cell: Any) -> Any:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    return cell if isinstance(cell, int | Figure) else safe(cell)
