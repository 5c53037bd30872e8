"""The description shows every public event type as a webhook, with an example that is true."""

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from tenon.kernel.outbox.catalogue import catalogue


def webhooks(description: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, path in description["webhooks"].items():
        assert set(path) == {"post"}
        yield name, path["post"]


@pytest.fixture
def description(descriptions: dict[str, Any]) -> dict[str, Any]:
    """That of the API: staff are sent nothing."""
    described: dict[str, Any] = descriptions["api"]
    return described


@pytest.fixture
def published() -> set[str]:
    """The types that the installed apps publish; events of test modules are known to their own process only."""
    return {each.name for each in catalogue() if not each.name.startswith("samples.")}


def test_every_public_event_is_described(description, published):
    assert published == {name for name, _ in webhooks(description) if not name.startswith("samples.")}
    assert "organizations.member_joined" in published
    assert not {name for name in published if name.startswith("identity.")}, "a person's account is of no organization"


def test_every_webhook_has_its_words(description):
    tags = {tag["name"] for tag in description["tags"]}
    for name, operation in webhooks(description):
        assert 3 < len(operation["summary"]) <= 80, name
        assert set(operation["tags"]) <= tags
        assert operation["description"], name
        assert {each["name"] for each in operation["parameters"]} == {
            "webhook-id",
            "webhook-timestamp",
            "webhook-signature",
        }


def test_every_example_fits_its_schema(description):
    schemas = description["components"]["schemas"]
    for name, operation in webhooks(description):
        content = operation["requestBody"]["content"]["application/json"]
        schema = schemas[content["schema"]["$ref"].rpartition("/")[2]]
        assert content["example"]["type"] == name
        jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(content["example"])


def test_every_field_is_described(description):
    for name, operation in webhooks(description):
        reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        data = description["components"]["schemas"][reference.rpartition("/")[2]]["properties"]["data"]
        undescribed = [field for field, schema in data["properties"].items() if not schema.get("description")]
        assert undescribed == [], name
