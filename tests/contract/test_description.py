"""Every operation says all that a caller needs, and its examples are true."""

from collections import Counter
from typing import Any

import jsonschema
import pytest
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.contract.operations import Operation, examples, media, operations

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:jsonschema")

ALWAYS = {"400", "405", "406", "414", "429", "431", "500", "503"}
WITH_BODY = {"411", "413", "415"}
PROBLEM = "application/problem+json"


def faults(description: dict[str, Any], rule: Any) -> list[str]:
    """The operations that break `rule`."""
    return [str(operation) for operation in operations(description) if not rule(operation)]


def test_both_are_openapi_3_1_and_have_no_path_in_common(descriptions):
    assert all(each["openapi"].startswith("3.1") for each in descriptions.values())
    api, admin = (set(descriptions[name]["paths"]) for name in ("api", "admin"))
    assert {"/api/v1/auth/login/", "/api/schema/"} <= api
    assert all(path.startswith("/admin/") for path in admin)
    assert not api & admin


def test_every_operation_has_its_words(description):
    tags = {tag["name"] for tag in description["tags"]}
    assert not faults(description, lambda each: 3 < len(each.body.get("summary", "")) <= 80)
    assert not faults(description, lambda each: not each.body["summary"].endswith("."))
    assert not faults(description, lambda each: each.body["description"])
    assert not faults(description, lambda each: len(each.body["tags"]) == 1 and set(each.body["tags"]) <= tags)
    assert all(tag["description"] for tag in description["tags"])


def test_operation_ids_are_unique(description):
    counted = Counter(operation.body["operationId"] for operation in operations(description))
    assert [name for name, count in counted.items() if count > 1] == []
    assert all(name.isidentifier() for name in counted)


def test_every_status_is_told(description):
    assert not faults(description, lambda each: each.successes)
    assert not faults(description, lambda each: set(each.body["responses"]) >= ALWAYS)
    assert not faults(
        description, lambda each: each.method in {"get", "delete"} or set(each.body["responses"]) >= WITH_BODY
    )
    assert not faults(description, lambda each: "{" not in each.path or "404" in each.body["responses"])
    assert not faults(description, lambda each: each.is_open or {"401", "403"} <= set(each.body["responses"]))


def test_every_failure_may_be_a_problem(description):
    shared = description["components"]["responses"]
    for operation in operations(description):
        for status, answer in operation.body["responses"].items():
            if not status.startswith(("4", "5")):
                continue
            if "$ref" in answer:
                answer = shared[answer["$ref"].rpartition("/")[2]]
                assert answer["content"][PROBLEM]["example"]["status"] == int(status)
            assert PROBLEM in answer["content"], f"{operation} {status}"


def test_every_answer_names_its_request(description):
    everywhere = [answer for each in operations(description) for answer in each.body["responses"].values()]
    own = [answer for answer in everywhere if "$ref" not in answer]
    shared = list(description["components"]["responses"].values())
    assert all("X-Request-ID" in answer["headers"] and answer["description"] for answer in [*own, *shared])


def test_every_representation_has_an_example(description):
    missing = [
        f"{operation} {place}"
        for operation in operations(description)
        for place, content in media(operation)
        if PROBLEM not in place and not examples(content)
    ]
    assert missing == []


def test_every_example_is_true(description):
    registry = Registry().with_resource("urn:description", DRAFT202012.create_resource(description))
    wrong = []
    for operation in operations(description):
        for place, content in media(operation):
            schema = _absolute(content["schema"])
            validator = jsonschema.Draft202012Validator(
                schema, registry=registry, format_checker=jsonschema.FormatChecker()
            )
            for example in examples(content):
                wrong += [f"{operation} {place}: {error.message}" for error in validator.iter_errors(example)]
    assert wrong == []


def test_canonical_requests_refuse_unknown_fields_and_older_ones_do_not(description):
    schemas = description["components"]["schemas"]
    for operation in operations(description):
        for content in operation.body.get("requestBody", {}).get("content", {}).values():
            for name in _components(content["schema"], schemas):
                strict = schemas[name].get("additionalProperties") is False or "properties" not in schemas[name]
                assert strict != operation.body["operationId"].split("_")[1].startswith("older"), f"{operation} {name}"


def test_credentials_are_defined(description):
    defined = set(description["components"]["securitySchemes"])
    used = {name for operation in operations(description) for need in operation.body["security"] for name in need}
    assert "bearerAuth" in used
    assert used <= defined


def _absolute(schema: Any) -> Any:
    """`schema` with references that find the description from anywhere."""
    if isinstance(schema, dict):
        return {key: f"urn:description{value}" if key == "$ref" else _absolute(value) for key, value in schema.items()}
    return [_absolute(item) for item in schema] if isinstance(schema, list) else schema


def _components(schema: Any, schemas: dict[str, Any]) -> set[str]:
    """The names of the object schemas that `schema` is made of, at every depth."""
    if isinstance(schema, list):
        return {name for item in schema for name in _components(item, schemas)}
    if not isinstance(schema, dict):
        return set()
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return ({name} if schemas[name].get("type") == "object" else set()) | _components(schemas[name], schemas)
    return {name for item in schema.values() for name in _components(item, schemas)}


def test_the_rules_can_fail():
    mute = Operation("/x/", "get", {"responses": {"200": {}}, "security": []})
    assert not set(mute.body["responses"]) >= ALWAYS
    assert not mute.is_open
