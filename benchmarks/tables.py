"""Printing what was measured."""

from collections.abc import Mapping
from typing import Any

_HEAD = f"{'':34}{'CPU ms/request':>16}{'requests/s':>12}{'p50 ms':>9}{'p99 ms':>9}{'other answers':>15}"


def show(rounds: Mapping[str, Mapping[str, Any]]) -> None:
    """One line for each measured request, by its title."""
    print(_HEAD)
    for title, each in rounds.items():
        print(
            f"{title:34}{each['cpu_ms']:16.2f}{each['rate']:12.1f}{each['p50_ms']:9.1f}{each['p99_ms']:9.1f}"
            f"{each['unexpected']:15}"
        )
    print()
