"""The guide to rate limits lists the limits that there are, with their defaults and what the loss of Redis does."""

import re

import pytest

from tenon.delivery.settings import limits
from tests.architecture.tree import ROOT

GUIDE = ROOT / "docs" / "guides" / "rate-limits.md"
ROW = re.compile(
    r"^\| `(?P<name>\w+)` \| (?P<rate>\S+) \| (?P<counts>[^|]+) \| (?P<lost>opens|holds) \|$", re.MULTILINE
)


def rows() -> dict[str, re.Match[str]]:
    return {row["name"]: row for row in ROW.finditer(GUIDE.read_text(encoding="utf-8"))}


def test_the_guide_lists_every_limit_and_no_other():
    assert set(rows()) == set(limits.RATE_LIMITS), "docs/guides/rate-limits.md has a row for each limit"


@pytest.mark.parametrize("name", sorted(limits.RATE_LIMITS))
def test_what_the_guide_says_of_a_limit_is_so(name: str):
    row = rows()[name]
    assert row["rate"] == limits.RATE_LIMITS[name]
    assert (row["lost"] == "holds") == (name in limits.DURABLE_RATE_LIMITS)
    assert len(row["counts"]) > 10
