"""The description of an operation follows from what its view declares."""

from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from tenon.kernel.http.examples import shown
from tenon.kernel.http.openapi import _app_of
from tenon.kernel.idempotency.rules import Idempotency


@pytest.fixture
def paths() -> dict[str, Any]:
    from django.urls import path
    from drf_spectacular.utils import extend_schema
    from rest_framework.request import Request
    from rest_framework.response import Response

    from tenon.kernel.http.cursors import InvalidCursor
    from tenon.kernel.http.tests import routes

    class Entries(routes.Entries):
        raises = (InvalidCursor,)
        throttles = ("refresh",)
        tag = "lists"

        @extend_schema(
            responses={200: routes.ItemSerializer(many=True)}, examples=shown(answers={200: {"sku": "x", "count": 1}})
        )
        def get(self, request: Request) -> Response:
            """List the entries.

            Newest first.
            """
            return super().get(request)

    class Orders(routes.Member):
        """Place an order."""

        @extend_schema(
            request=routes.OrderSerializer, responses={201: routes.OrderSerializer, 400: routes.ItemSerializer}
        )
        def post(self, request: Request, number: int) -> Response:
            return Response()

        get = None  # type: ignore[assignment]

    class Kept(routes.Open):
        """Keep it."""

        raises = {"POST": (InvalidCursor,)}
        throttles = {"PUT": ("refresh",)}
        idempotency = {"POST": Idempotency(), "PUT": Idempotency(required=True)}

        @extend_schema(request=routes.OrderSerializer, responses={201: routes.OrderSerializer})
        def post(self, request: Request) -> Response:
            return Response()

        @extend_schema(request=routes.OrderSerializer, responses={201: routes.OrderSerializer})
        def put(self, request: Request) -> Response:
            return Response()

        @extend_schema(request=None, responses={204: None})
        def delete(self, request: Request) -> Response:
            return Response()

    class OlderOrders(Orders):
        older = True
        deprecation = routes.Resource.deprecation

    class Hidden(routes.Open):
        @extend_schema(exclude=True)
        def get(self, request: Request) -> Response:
            return Response()

    patterns = [
        path("api/v1/hidden/", Hidden.as_view()),
        path("api/v1/kept/", Kept.as_view()),
        path("api/v1/entries/", Entries.as_view()),
        path("api/v1/orders/<int:number>/", Orders.as_view()),
        path("api/old-orders/<int:number>/", OlderOrders.as_view()),
    ]
    described = SchemaGenerator(patterns=patterns).get_schema(request=None, public=True)
    validate_schema(described)
    return {"components": described["components"], **described["paths"]}


def test_words(paths):
    listed = paths["/api/v1/entries/"]["get"]
    assert listed["operationId"] == "get_entries"
    assert listed["summary"] == "List the entries"
    assert listed["description"].split("\n\n") == [
        "Newest first.",
        "Open to everyone.",
        "Problem codes of its own: `invalid_cursor`.",
        "Limits of its own: `refresh`.",
    ]
    assert listed["tags"] == ["Lists"]
    assert paths["/api/v1/orders/{number}/"]["post"]["operationId"] == "post_orders_by_number"
    assert paths["/api/old-orders/{number}/"]["post"]["operationId"] == "post_older_api_old_orders_by_number"
    assert paths["/api/old-orders/{number}/"]["post"]["summary"] == "Place an order"


def test_statuses_and_credentials(paths):
    assert set(paths["/api/v1/entries/"]["get"]["responses"]) == {
        "200",
        "400",
        "401",
        "405",
        "406",
        "414",
        "429",
        "431",
        "500",
        "503",
    }
    placed = paths["/api/v1/orders/{number}/"]["post"]
    assert {"201", "400", "401", "403", "404", "411", "413", "415"} <= set(placed["responses"])
    assert set(placed["responses"]["400"]["content"]) == {"application/json", "application/problem+json"}
    assert placed["security"] == [{"bearerAuth": []}]
    assert paths["/api/v1/entries/"]["get"]["security"] == [{}, {"bearerAuth": []}]


def test_a_list_shows_its_parameters_and_its_envelope(paths):
    listed = paths["/api/v1/entries/"]["get"]
    parameters = {parameter["name"]: parameter for parameter in listed["parameters"]}
    assert set(parameters) == {
        "cursor",
        "limit",
        "sort",
        "total",
        "page",
        "page_size",
        "filter[name]",
        "filter[name][in]",
        "filter[name][contains]",
        "filter[attempts]",
        "filter[attempts][gte]",
        "filter[attempts][lte]",
        "filter[attempts][in]",
        "filter[created_at]",
        "filter[created_at][gte]",
        "filter[created_at][lte]",
        "filter[kind]",
        "filter[kind][in]",
    }
    assert parameters["sort"]["schema"]["items"]["enum"] == [
        "name",
        "-name",
        "attempts",
        "-attempts",
        "created_at",
        "-created_at",
    ]
    assert parameters["limit"]["schema"]["maximum"] == 100
    content = listed["responses"]["200"]["content"]["application/json"]
    assert content["schema"] == {"$ref": "#/components/schemas/ItemList"}
    assert content["examples"]["Answer200"]["value"]["data"] == [{"sku": "x", "count": 1}]


def test_a_key_is_described_where_it_is_declared(paths):
    kept = paths["/api/v1/kept/"]
    [optional], [required] = kept["post"]["parameters"], kept["put"]["parameters"]
    assert (optional["name"], optional["in"], optional["schema"]["maxLength"]) == ("Idempotency-Key", "header", 255)
    assert not optional.get("required")
    assert required["required"] is True
    assert "parameters" not in kept["delete"]
    for method in ("post", "put"):
        assert {"400", "409", "422"} <= set(kept[method]["responses"])
        assert "Idempotent-Replayed" in kept[method]["responses"]["201"]["headers"]
    assert not {"409", "422"} & set(kept["delete"]["responses"])
    assert "Idempotent-Replayed" not in kept["delete"]["responses"]["204"]["headers"]
    assert "`idempotency_key_missing`" in kept["put"]["description"]
    assert "`idempotency_key_missing`" not in kept["post"]["description"]


def test_what_only_one_method_refuses_is_said_of_it_alone(paths):
    kept = paths["/api/v1/kept/"]
    assert [method for method, each in kept.items() if "`invalid_cursor`" in each["description"]] == ["post"]
    assert [method for method, each in kept.items() if "`refresh`" in each["description"]] == ["put"]


def test_unknown_fields(paths):
    schemas = paths["components"]["schemas"]
    assert schemas["OrderRequest"]["additionalProperties"] is False
    assert schemas["ItemRequest"]["additionalProperties"] is False
    assert "additionalProperties" not in schemas["OlderOrderRequest"]


def test_what_is_left_out_is_left_out(paths):
    assert "/api/v1/hidden/" not in paths


def test_deprecation(paths):
    assert paths["/api/old-orders/{number}/"]["post"]["deprecated"] is True
    assert "deprecated" not in paths["/api/v1/orders/{number}/"]["post"]


@pytest.mark.parametrize(
    ("module", "app"),
    [("tenon.platform.identity.api.views", "identity"), ("tenon.urls", "tenon"), ("elsewhere", "elsewhere")],
)
def test_the_app_of_a_view(module, app):
    assert _app_of(module) == app


def test_examples():
    [request, answer] = shown(requests={"A person": {"a": 1}}, answers={201: {"b": 2}})
    assert (request.request_only, request.value) == (True, {"a": 1})
    assert (answer.status_codes, answer.value) == (["201"], {"b": 2})
