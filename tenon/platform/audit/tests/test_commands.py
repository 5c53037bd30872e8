"""What operators see of the chains."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django.plugin import DjangoDbBlocker

from tenon.platform.audit import services
from tenon.platform.audit.tests.rows import add, tamper
from tenon.testing.databases import Clone


@pytest.fixture(autouse=True)
def database(cloned_database: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), cloned_database.in_use():
        yield


@pytest.fixture
def rows() -> list[UUID]:
    made = add(uuid4(), 3)
    add(None)
    services.seal()
    return made


def run(name: str, *arguments: object) -> str:
    out = StringIO()
    call_command(name, *map(str, arguments), stdout=out, stderr=out)
    return out.getvalue()


def refused(*arguments: object) -> str:
    out = StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("verify_audit", *map(str, arguments), stdout=out, stderr=out)
    return f"{out.getvalue()}{refusal.value}"


def test_an_untouched_log(rows: list[UUID]):
    said = run("verify_audit")
    assert "2 chains, 4 rows, 0 waiting" in said
    assert said.endswith("The audit log is as it was written.\n")


def test_the_first_row_at_fault_is_named(rows: list[UUID]):
    tamper("UPDATE audit_entry SET outcome = 'refused' WHERE id = ?", [rows[1]])
    said = refused()
    assert f"BROKEN at place 2, row {rows[1]}: the row, or its seal, was changed" in said
    assert "1 of its chains are broken" in said
    assert "1 chains, 1 rows" in run("verify_audit", "--organization", "none")


def test_an_organization_is_named_by_its_id():
    assert "an id, or `none`" in refused("--organization", "acme")


def test_heads_that_were_kept_are_found_again(rows: list[UUID], tmp_path: Path):
    kept = tmp_path / "heads.json"
    kept.write_text(run("audit_heads"))
    add(None)
    services.seal()
    assert "still in its chain" in run("verify_audit", "--heads", kept)


def test_a_chain_that_was_written_anew_is_told_by_its_kept_head(rows: list[UUID], tmp_path: Path):
    kept = tmp_path / "heads.json"
    document = json.loads(run("audit_heads"))
    kept.write_text(json.dumps(document))
    longest = max(document["heads"], key=lambda head: head["seq"])
    chain = UUID(longest["chain"])
    tamper("UPDATE audit_seal SET hash = previous WHERE chain = ? AND seq = 3", [chain])
    assert "has another hash at place 3" in refused("--heads", kept)
    tamper("DELETE FROM audit_seal WHERE chain = ?", [chain])
    assert "has no place 3 any more" in refused("--heads", kept)
    tamper("DELETE FROM audit_head WHERE chain = ?", [chain])
    assert f"the chain {chain} is gone" in refused("--heads", kept)


def test_heads_of_another_key_or_changed_ones_prove_nothing(rows: list[UUID], tmp_path: Path):
    kept = tmp_path / "heads.json"
    document = json.loads(run("audit_heads"))
    document["heads"][0]["seq"] += 1
    kept.write_text(json.dumps(document))
    assert "the signature is not this deployment's" in refused("--heads", kept)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"signature": "AA==", "heads": [{}]}'])
def test_what_is_no_heads_is_refused(text: str, tmp_path: Path):
    kept = tmp_path / "heads.json"
    kept.write_text(text)
    assert "cannot be read as heads" in refused("--heads", kept)
