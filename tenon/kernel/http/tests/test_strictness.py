"""Unknown fields are refused on canonical paths, at every level, and ignored on older ones."""

import pytest

from tenon.kernel.http.tests.test_problems import problem


def faults(response) -> set[tuple[str, str]]:
    return {
        (fault.get("pointer", fault.get("parameter")), fault["code"])
        for fault in problem(response, 400, "invalid")["errors"]
    }


def test_unknown_fields_are_named_with_all_other_faults(client):
    body = {"email": "no", "a/b~c": 1, "secret": "s", "items": [{"sku": "x", "count": 0, "color": "red"}]}

    response = client.post("/orders/", body, content_type="application/json")

    assert faults(response) == {
        ("/email", "invalid"),
        ("/a~1b~0c", "unknown_field"),
        ("/secret", "unknown_field"),
        ("/items/0/count", "min_value"),
        ("/items/0/color", "unknown_field"),
    }


def test_an_older_path_ignores_them(client):
    body = {"email": "a@b.example", "what": 1, "items": [{"sku": "x", "count": 1, "color": "red"}]}

    response = client.post("/older-orders/", body, content_type="application/json")

    assert response.status_code == 201
    assert response.json() == {"email": "a@b.example", "items": [{"sku": "x", "count": 1}]}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, {("/email", "required")}),
        ({"email": None}, {("/email", "null")}),
        ({"email": 7}, {("/email", "invalid")}),
        ({"email": {"a": 1}}, {("/email", "invalid")}),
        ({"email": "nobody@b.example"}, {("", "nobody")}),
        ({"email": "a@b.example", "items": {}}, {("/items", "not_a_list")}),
        ({"email": "a@b.example", "items": [1]}, {("/items/0", "invalid")}),
        ({"email": "a@b.example", "items": [{"sku": "x", "count": "many"}]}, {("/items/0/count", "invalid")}),
    ],
)
def test_wrong_types_are_faults(client, body, expected):
    assert faults(client.post("/orders/", body, content_type="application/json")) == expected


def test_a_body_that_is_missing_misses_its_fields(client):
    assert faults(client.generic("POST", "/orders/", content_type="application/json")) == {("/email", "required")}


def test_query_faults_name_the_parameter(client):
    assert client.get("/orders/?email=a@b.example").json() == {"query": {"email": "a@b.example"}}
    assert faults(client.get("/orders/?email=no&x/y=1")) == {("email", "invalid"), ("x/y", "unknown_field")}
    assert faults(client.get("/orders/?email=nobody@b.example")) == {("", "nobody")}
    assert client.get("/older-orders/?email=a@b.example&x=1").status_code == 200
    assert client.get("/older-orders/?x=1").status_code == 400
