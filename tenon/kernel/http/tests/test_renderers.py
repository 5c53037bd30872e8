"""The one form of every value."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import orjson
import pytest
from django.utils.translation import gettext_lazy

from tenon.kernel.http.renderers import OrjsonRenderer, dumps


class Colour(StrEnum):
    RED = "red"


@dataclass
class Point:
    x: int
    at: datetime


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC), '"2026-01-02T03:04:05.678Z"'),
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=2))), '"2026-01-02T01:04:05.000Z"'),
        (time(3, 4, 5), '"03:04:05"'),
        (date(2026, 1, 2), '"2026-01-02"'),
        (UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
        (Decimal("24.990"), '"24.990"'),
        (Decimal("1E+3"), '"1000"'),
        (gettext_lazy("Not found"), '"Not found"'),
        (Colour.RED, '"red"'),
        (frozenset({"b", "a"}), '["a","b"]'),
        (Point(1, datetime(2026, 1, 1, tzinfo=UTC)), '{"x":1,"at":"2026-01-01T00:00:00.000Z"}'),
        ("ü😀", '"ü😀"'),
    ],
)
def test_each_value_has_its_form(value, text):
    assert dumps(value).decode() == text


@pytest.mark.parametrize("value", [datetime(2026, 1, 1), object(), b"bytes", {1: 2}])  # noqa: DTZ001
def test_what_has_no_form_is_refused(value):
    with pytest.raises(orjson.JSONEncodeError):
        dumps(value)


def test_no_data_is_no_body():
    assert OrjsonRenderer().render(None) == b""
    assert OrjsonRenderer().render({}) == b"{}"


def test_the_media_type_of_an_answer(client):
    response = client.post("/echo/", b"{}", content_type="application/json")

    assert response["Content-Type"] == "application/json"
    assert response.content == b'{"data":{}}'
