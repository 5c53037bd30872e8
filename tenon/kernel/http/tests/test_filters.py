"""How the values of filters are read."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from tenon.kernel.errors import Invalid
from tenon.kernel.http import filters

ID = "0199f6f0-4c1e-7a52-9d3c-5b6f1f0a7e21"


@pytest.mark.parametrize(
    ("declared", "text", "value"),
    [
        (filters.text("c"), "a,b", "a,b"),
        (filters.choice("c", "x", "y"), "y", "y"),
        (filters.identifier("c"), ID, UUID(ID)),
        (filters.integer("c"), "-9223372036854775808", -(2**63)),
        (filters.decimal("c"), "-12.50", Decimal("-12.50")),
        (filters.boolean("c"), "true", True),
        (filters.boolean("c"), "false", False),
        (filters.timestamp("c"), "2026-01-01T02:00:00+02:00", datetime(2026, 1, 1, tzinfo=UTC)),
    ],
)
def test_good_values(declared, text, value):
    assert filters.conditions({"filter[f]": text}, {"f": declared}) == [
        filters.Condition("filter[f]", "c__exact", value)
    ]


@pytest.mark.parametrize(
    ("declared", "text"),
    [
        (filters.text("c"), ""),
        (filters.text("c"), "x" * 201),
        (filters.choice("c", "x"), "X"),
        (filters.identifier("c"), ID.replace("-", "")),
        (filters.identifier("c"), "x" * 36),
        (filters.integer("c"), "9223372036854775808"),
        (filters.integer("c"), "1_000"),
        (filters.integer("c"), "१"),
        (filters.integer("c"), ""),
        (filters.decimal("c"), "NaN"),
        (filters.decimal("c"), "1e5"),
        (filters.boolean("c"), "True"),
        (filters.timestamp("c"), "2026-01-01T00:00:00"),
        (filters.timestamp("c"), "yesterday"),
        (filters.timestamp("c"), "0001-01-01T00:00:00+14:00"),
    ],
)
def test_bad_values(declared, text):
    with pytest.raises(Invalid) as caught:
        filters.conditions({"filter[f]": text}, {"f": declared})
    assert [(fault.parameter, fault.code) for fault in caught.value.errors] == [("filter[f]", "invalid_value")]


def test_every_fault_is_named_at_once():
    with pytest.raises(Invalid) as caught:
        filters.conditions({"filter[a]": "x", "filter[b]": "1", "filter[c": "1"}, {"a": filters.integer("a")})
    assert [fault.parameter for fault in caught.value.errors] == ["filter[a]", "filter[b]", "filter[c"]


def test_what_is_offered():
    offered = [(name, operator) for name, operator, _filter in filters.parameters({"a": filters.text("x")})]
    assert offered == [("filter[a]", "eq"), ("filter[a][in]", "in"), ("filter[a][contains]", "contains")]
