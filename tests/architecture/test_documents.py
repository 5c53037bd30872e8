"""The documents that list others list all of them, and what they point to is there."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

DOCS = ROOT / "docs"
RECORD = re.compile(r"^([0-9]{4})-[a-z0-9-]+\.md$")
_CODE = re.compile(r"```.*?^ *```|`[^`\n]*`", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def pages() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")])


def links(page: Path) -> list[str]:
    """Where `page` points to, of what is ours."""
    found = _LINK.findall(_CODE.sub("", page.read_text(encoding="utf-8")))
    return [link for link in found if "://" not in link and not link.startswith("mailto:")]


def anchors(page: Path) -> set[str]:
    """The names of a page's headings, as GitHub makes them."""
    headings = _HEADING.findall(
        re.sub(r"```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    )
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path):
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_the_readme_lists_every_guide():
    assert {f"docs/guides/{page.name}" for page in (DOCS / "guides").glob("*.md")} <= {
        link.partition("#")[0] for link in links(ROOT / "README.md")
    }


def test_every_decision_has_a_number_of_its_own_and_stands_in_the_list():
    records = sorted(page for page in (DOCS / "decisions").glob("*.md") if page.name != "README.md")
    numbers = Counter(match[1] for page in records if (match := RECORD.match(page.name)))
    assert sum(numbers.values()) == len(records)
    assert [number for number, count in numbers.items() if count > 1] == []
    listed = [link for link in links(DOCS / "decisions" / "README.md") if RECORD.match(link)]
    assert listed == [page.name for page in records]
    for page in records:
        assert page.read_text(encoding="utf-8").startswith(f"# {page.name[:4]}. "), page.name
