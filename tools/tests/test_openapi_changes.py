"""What counts as a break of the HTTP contract, and what does not."""

import subprocess
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tools import openapi_changes, openapi_drift
from tools.openapi_changes import breaking_changes, declared_breaks

DOCUMENT: dict[str, Any] = {
    "paths": {
        "/things/": {
            "post": {
                "parameters": [{"in": "query", "name": "page", "schema": {"type": "integer", "maximum": 100}}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/New"}}}},
                "responses": {
                    "201": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                    "400": {"content": {}},
                },
            }
        }
    },
    "components": {
        "schemas": {
            "New": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "maxLength": 50},
                    "kind": {"enum": ["small", "large"]},
                    "parent": {"$ref": "#/components/schemas/New"},
                },
            },
            "Thing": {
                "type": "object",
                "required": ["id", "tags"],
                "properties": {
                    "id": {"type": "string"},
                    "note": {"type": ["string", "null"]},
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "owner": {"allOf": [{"type": "object", "properties": {"email": {"type": "string"}}}]},
                },
            },
        }
    },
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """DOCUMENT with the value at a slash-separated path (`~1` is a slash) replaced; None removes it."""
    document = deepcopy(DOCUMENT)
    *way, last = [step.replace("~1", "/") for step in path.split("/")]
    place: Any = document
    for step in way:
        place = place[int(step) if isinstance(place, list) else step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return document


POST = "paths/~1things~1/post"
NEW = "components/schemas/New"
THING = "components/schemas/Thing"


def test_the_same_document_breaks_nothing():
    assert breaking_changes(DOCUMENT, deepcopy(DOCUMENT)) == []


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        ("paths/~1things~1", None, "POST /things/: is gone"),
        (POST, None, "POST /things/: is gone"),
        (f"{POST}/parameters", [], "POST /things/: query parameter page is gone"),
        (f"{POST}/parameters/0/required", True, "POST /things/: query parameter page is required now"),
        (f"{POST}/parameters/0/schema/maximum", 50, "query parameter page: maximum was 100, is 50"),
        (f"{POST}/security", [{"bearer": []}], "POST /things/: needs a credential now"),
        (f"{POST}/requestBody/required", True, "POST /things/: a body is required now"),
        (f"{POST}/requestBody/content", {}, "POST /things/: body: application/json is gone"),
        (f"{POST}/responses/201", None, "POST /things/: no longer answers 201"),
        (f"{POST}/responses/201/content", {}, "POST /things/: 201: application/json is gone"),
        (f"{NEW}/required", ["name", "kind"], "request New: kind is required now"),
        (f"{NEW}/properties/kind", None, "request New: kind is gone"),
        (f"{NEW}/properties/name/type", "integer", "request New.name: type was string, is integer"),
        (f"{NEW}/properties/name/maxLength", 20, "request New.name: maxLength was 50, is 20"),
        (f"{NEW}/properties/name/minLength", 2, "request New.name: minLength was open, is 2"),
        (f"{NEW}/properties/name/pattern", "^a", "request New.name: pattern was open, is ^a"),
        (f"{NEW}/properties/kind/enum", ["small"], "request New.kind: large is not accepted any more"),
        (f"{THING}/properties/id", None, "response Thing: id is gone"),
        (f"{THING}/properties/id/type", ["string", "null"], "response Thing.id: type was string, is null or string"),
        (f"{THING}/properties/tags/items/type", "integer", "response Thing.tags[]: type was string, is integer"),
        (f"{THING}/required", ["tags"], "response Thing: id is no longer always there"),
        (f"{THING}/properties/owner/allOf/0/properties", {}, "response Thing.owner: email is gone"),
    ],
)
def test_a_break_is_found(path: str, value: Any, line: str):
    found = breaking_changes(DOCUMENT, changed(path, value))
    assert any(line in each for each in found), found


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("paths/~1more~1", {"get": {"responses": {}}}),
        (f"{POST}/parameters/0/schema/type", "number"),
        (f"{POST}/parameters/0/schema/maximum", 200),
        (f"{POST}/responses/400", None),
        (f"{POST}/responses/202", {}),
        (f"{NEW}/required", []),
        (f"{NEW}/properties/name/maxLength", None),
        (f"{NEW}/properties/kind/enum", ["small", "large", "huge"]),
        (f"{NEW}/properties/more", {"type": "string"}),
        (f"{THING}/properties/more", {"type": "string"}),
        (f"{THING}/properties/note/type", "string"),
        (f"{THING}/required", ["id", "tags", "note"]),
    ],
)
def test_what_a_client_does_not_notice_is_no_break(path: str, value: Any):
    assert breaking_changes(DOCUMENT, changed(path, value)) == []


def test_a_declared_break_needs_a_reason(tmp_path: Path):
    declared = tmp_path / "api_breaks.toml"
    declared.write_text('[[break]]\nchange = "GET /x/: is gone"\nreason = "never worked"\n')
    assert declared_breaks(declared) == {"GET /x/: is gone"}
    declared.write_text('[[break]]\nchange = "GET /x/: is gone"\n')
    with pytest.raises(SystemExit, match="gives no reason"):
        declared_breaks(declared)


def test_nothing_declared_is_fine(tmp_path: Path):
    assert declared_breaks(tmp_path / "missing.toml") == set()


def test_the_base_can_be_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("API_BASE", "v1.0")
    assert openapi_changes.base_commit("docs/openapi.yaml") == "v1.0"


def test_on_the_main_branch_the_last_change_of_the_file_is_looked_at(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    def git(*arguments: str) -> str:
        command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.com", *arguments]
        return subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stdout.strip()

    def commit(path: str, text: str) -> str:
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
        git("add", path)
        git("commit", "--quiet", "--message", "x")
        return git("rev-parse", "HEAD")

    monkeypatch.delenv("API_BASE", raising=False)
    monkeypatch.setattr(openapi_changes, "ROOT", tmp_path)
    git("init", "--quiet", "--initial-branch", "main")
    first = commit(openapi_changes.FILES[0], "a: 1\n")
    assert openapi_changes.base_commit("docs/openapi.yaml") == first, "there is nothing before it"
    commit(openapi_changes.FILES[0], "a: 2\n")
    last = commit("README.md", "x")
    assert openapi_changes.base_commit("docs/openapi.yaml") == first
    (tmp_path / openapi_changes.FILES[0]).write_text("a: 3\n")
    assert openapi_changes.base_commit("docs/openapi.yaml") == last
    git("switch", "--quiet", "--create", "work")
    commit(openapi_changes.FILES[0], "a: 4\n")
    assert openapi_changes.base_commit("docs/openapi.yaml") == last


def test_a_drift_of_the_committed_file_is_shown_line_by_line():
    assert openapi_drift.compare("a: 1\n", "a: 1\n", name="a.yaml") == []
    assert "-a: 1" in openapi_drift.compare("a: 1\n", "a: 2\n", name="a.yaml")
