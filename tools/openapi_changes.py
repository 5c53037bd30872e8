"""Finds changes of the descriptions under `docs/` that would break a client, against where this work started from.

The base is API_BASE when set (a commit), else where this branch left the main one, else, on the main branch itself, the
state before the file's last change. A break that is meant is declared, word for word as printed here, in
`governance/api_breaks.toml` with its reason.
"""

import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
FILES = ("docs/openapi.yaml", "docs/openapi-admin.yaml")
METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
TIGHTER = {"maxLength": -1, "maximum": -1, "maxItems": -1, "minLength": 1, "minimum": 1, "minItems": 1}

Schema = Mapping[str, Any]


def main() -> int:
    return max([_compare(name) for name in FILES])


def _compare(name: str) -> int:
    base = base_commit(name)
    shown = subprocess.run(["git", "show", f"{base}:{name}"], cwd=ROOT, capture_output=True, text=True, check=False)
    if shown.returncode != 0:
        print(f"note: {base[:12]} has no {name} yet, so there is nothing to break")
        return 0
    old, new = (yaml.load(text, yaml.CSafeLoader) for text in (shown.stdout, (ROOT / name).read_text()))
    declared = declared_breaks(ROOT / "governance" / "api_breaks.toml")
    breaks = [line for line in breaking_changes(old, new) if line not in declared]
    for line in breaks:
        print(line)
    if breaks:
        print(f"These break clients of {base[:12]}; undo them, or declare them in governance/api_breaks.toml.")
        return 1
    print(f"note: {name} against {base[:12]}: {len(old['paths'])} paths then, {len(new['paths'])} now")
    return 0


def base_commit(name: str) -> str:
    if named := os.environ.get("API_BASE", ""):
        return named
    head = _git("rev-parse", "HEAD")
    for branch in ("origin/main", "main"):
        found = _git("merge-base", "HEAD", branch)
        if found and found != head:
            return found
    if _git("status", "--porcelain", "--", name):
        return head
    return _git("rev-parse", "--verify", "--quiet", f"{_git('log', '-1', '--format=%H', '--', name)}^") or head


def declared_breaks(path: Path) -> set[str]:
    entries = tomllib.loads(path.read_text()).get("break", []) if path.is_file() else []
    for entry in entries:
        if not entry.get("reason"):
            raise SystemExit(f"{path.name}: {entry.get('change')!r} gives no reason.")
    return {entry["change"] for entry in entries}


def breaking_changes(old: Schema, new: Schema) -> list[str]:
    """One line for each change between two OpenAPI documents that a client of `old` could trip over."""
    return list(dict.fromkeys(Comparison(old, new).run()))


class Comparison:
    """Walks two documents side by side; a pair of named schemas is compared once in each direction."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self.old, self.new = old, new
        self.seen: set[tuple[str, str, bool]] = set()

    def run(self) -> Iterator[str]:
        for path, item in self.old["paths"].items():
            for method in (name for name in METHODS if name in item):
                place = f"{method.upper()} {path}"
                operation = self.new["paths"].get(path, {}).get(method)
                if operation is None:
                    yield f"{place}: is gone"
                else:
                    yield from self.operation(place, item[method], operation)

    def operation(self, place: str, old: Schema, new: Schema) -> Iterator[str]:
        before, after = self.parameters(old, self.old), self.parameters(new, self.new)
        for key, parameter in before.items():
            if key not in after:
                yield f"{place}: {key} is gone"
            else:
                yield from self.schema(f"{place}: {key}", parameter["schema"], after[key]["schema"], request=True)
        for key, parameter in after.items():
            if parameter.get("required") and not before.get(key, {}).get("required"):
                yield f"{place}: {key} is required now"
        if _open_to_all(old) and not _open_to_all(new):
            yield f"{place}: needs a credential now"
        yield from self.body(place, old.get("requestBody", {}), new.get("requestBody", {}))
        for status, response in old["responses"].items():
            if status.startswith(("2", "3")):
                if status not in new["responses"]:
                    yield f"{place}: no longer answers {status}"
                else:
                    there = self.resolve(new["responses"][status], self.new)
                    yield from self.content(
                        f"{place}: {status}", self.resolve(response, self.old), there, request=False
                    )

    def parameters(self, operation: Schema, document: Schema) -> dict[str, Schema]:
        resolved = [self.resolve(parameter, document) for parameter in operation.get("parameters", [])]
        return {f"{parameter['in']} parameter {parameter['name']}": parameter for parameter in resolved}

    def body(self, place: str, old: Schema, new: Schema) -> Iterator[str]:
        old, new = self.resolve(old, self.old), self.resolve(new, self.new)
        if new.get("required") and not old.get("required"):
            yield f"{place}: a body is required now"
        yield from self.content(f"{place}: body", old, new, request=True)

    def content(self, place: str, old: Schema, new: Schema, *, request: bool) -> Iterator[str]:
        for media_type, entry in old.get("content", {}).items():
            other = new.get("content", {}).get(media_type)
            if other is None:
                yield f"{place}: {media_type} is gone"
            else:
                yield from self.schema(place, entry.get("schema", {}), other.get("schema", {}), request=request)

    def schema(self, place: str, old: Schema, new: Schema, *, request: bool) -> Iterator[str]:
        names = (old.get("$ref", ""), new.get("$ref", ""), request)
        if names[0] and names[1]:
            if names in self.seen:
                return
            self.seen.add(names)
            place = f"{'request' if request else 'response'} {names[0].rpartition('/')[2]}"
        old, new = self.resolve(old, self.old), self.resolve(new, self.new)
        accepted, offered = (_types(new), _types(old)) if request else (_types(old), _types(new))
        if accepted and not offered <= accepted:
            yield f"{place}: type was {_words(_types(old))}, is {_words(_types(new))}"
        if request:
            yield from _narrowed(place, old, new)
        for name, part in old.get("properties", {}).items():
            if name not in new.get("properties", {}):
                yield f"{place}: {name} is gone"
            else:
                yield from self.schema(f"{place}.{name}", part, new["properties"][name], request=request)
        then, now = set(old.get("required", ())), set(new.get("required", ()))
        for name in sorted(now - then if request else (then - now) & set(new.get("properties", {}))):
            yield f"{place}: {name} is {'required now' if request else 'no longer always there'}"
        if "items" in old and "items" in new:
            yield from self.schema(f"{place}[]", old["items"], new["items"], request=request)
        for word in ("allOf", "oneOf", "anyOf"):
            for mine, theirs in zip(old.get(word, ()), new.get(word, ()), strict=False):
                yield from self.schema(place, mine, theirs, request=request)

    def resolve(self, part: Schema, document: Schema) -> Schema:
        while "$ref" in part:
            found: Any = document
            for step in part["$ref"].removeprefix("#/").split("/"):
                found = found[step.replace("~1", "/").replace("~0", "~")]
            part = found
        return part


def _narrowed(place: str, old: Schema, new: Schema) -> Iterator[str]:
    """What was accepted and is refused now."""
    if "enum" in new and (missing := [value for value in old.get("enum", ()) if value not in new["enum"]]):
        yield f"{place}: {_words(map(str, missing))} is not accepted any more"
    for word, sign in TIGHTER.items():
        if word in new and (word not in old or (new[word] - old[word]) * sign > 0):
            yield f"{place}: {word} was {old.get(word, 'open')}, is {new[word]}"
    if "pattern" in new and new["pattern"] != old.get("pattern"):
        yield f"{place}: pattern was {old.get('pattern', 'open')}, is {new['pattern']}"


def _open_to_all(operation: Schema) -> bool:
    return not operation.get("security") or {} in operation["security"]


def _types(schema: Schema) -> set[str]:
    named = schema.get("type", [])
    types = {named} if isinstance(named, str) else set(named)
    return types | {"integer"} if "number" in types else types


def _words(names: Any) -> str:
    return " or ".join(sorted(names)) or "anything"


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


if __name__ == "__main__":
    sys.exit(main())
