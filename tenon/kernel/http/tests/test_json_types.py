"""JSON types are held to what the description promises."""

import pytest
from django.http import QueryDict
from rest_framework import serializers

from tenon.kernel.http.json_types import wrong_types


class Item(serializers.Serializer):
    sku = serializers.CharField()
    quantity = serializers.IntegerField()


class Order(serializers.Serializer):
    email = serializers.EmailField()
    gift = serializers.BooleanField(default=False)
    items = Item(many=True)
    tags = serializers.ListField(child=serializers.CharField(), default=list)
    note = serializers.CharField(allow_null=True)
    total = serializers.DecimalField(max_digits=9, decimal_places=2)
    number = serializers.CharField(read_only=True)


GOOD = {
    "email": "ada@example.com",
    "gift": True,
    "items": [{"sku": "A/1", "quantity": 2}],
    "tags": ["new"],
    "note": None,
    "total": 12.5,
    "number": 7,
    "unknown": 7,
}


def pointers(data: object) -> list[str]:
    return [fault.pointer for fault in wrong_types(Order(), data)]


def test_what_the_description_promises_passes():
    assert pointers(GOOD) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("email", 7), ("email", True), ("note", 1.5), ("gift", "yes"), ("gift", 1), ("gift", 0)],
)
def test_a_value_that_would_be_converted_is_named(name, value):
    assert pointers({**GOOD, name: value}) == [f"/{name}"]


def test_so_is_one_deeper_down():
    items = [{"sku": 1, "quantity": 2}, {"sku": "B", "quantity": "2"}, {"sku": "C", "quantity": True}]
    assert pointers({**GOOD, "items": items, "tags": ["a", 2]}) == [
        "/items/0/sku",
        "/items/1/quantity",
        "/items/2/quantity",
        "/tags/1",
    ]


def test_the_shape_itself_is_left_to_the_serializer():
    assert pointers([]) == []
    assert pointers({**GOOD, "items": {"sku": 1}}) == []


def test_forms_know_text_only():
    assert wrong_types(Order(), QueryDict("gift=yes&items=1")) == []
