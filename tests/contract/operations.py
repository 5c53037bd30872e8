"""Reading an OpenAPI description."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

METHODS = ("get", "put", "post", "delete", "patch")


@dataclass(frozen=True)
class Operation:
    """One operation, with where it is."""

    path: str
    method: str
    body: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @property
    def successes(self) -> dict[str, dict[str, Any]]:
        return {status: answer for status, answer in self.body["responses"].items() if status.startswith(("2", "3"))}

    @property
    def is_open(self) -> bool:
        return {} in self.body["security"]


def operations(description: dict[str, Any]) -> list[Operation]:
    """Every operation of `description`."""
    return [
        Operation(path, method, item[method])
        for path, item in description["paths"].items()
        for method in METHODS
        if method in item
    ]


def media(operation: Operation) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every representation that the operation takes or answers with itself, and where it stands."""
    for media_type, content in operation.body.get("requestBody", {}).get("content", {}).items():
        yield f"request {media_type}", content
    for status, answer in operation.body["responses"].items():
        for media_type, content in answer.get("content", {}).items():
            yield f"{status} {media_type}", content


def examples(content: dict[str, Any]) -> list[Any]:
    """The values of the examples of one representation."""
    single = [content["example"]] if "example" in content else []
    return [*single, *(example["value"] for example in content.get("examples", {}).values())]
