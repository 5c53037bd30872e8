"""What every Endpoint does."""

from datetime import UTC, datetime

import pytest
from django.http import HttpResponse

from tenon.kernel.http.checks import check_audiences, endpoints
from tenon.kernel.http.deprecation import Deprecation
from tenon.kernel.http.tests.routes import Orders, Undeclared
from tenon.kernel.http.tests.test_problems import problem


@pytest.mark.parametrize(("kind", "status"), [("user", 200), ("api_key", 200), ("device", 403), ("system", 403)])
def test_the_audience_decides(client, kind, status):
    assert client.get("/member/", headers={"X-Kind": kind}).status_code == status


def test_a_stranger_is_asked_to_sign_in(client):
    problem(client.get("/member/"), 401, "not_authenticated")


def test_a_route_without_an_audience_answers_nobody(client):
    problem(client.get("/undeclared/", headers={"X-Kind": "staff"}), 403, "forbidden")


def test_a_route_without_an_audience_fails_the_check():
    [error] = check_audiences()
    assert error.id == "http.E001"
    assert "/undeclared/" in error.msg


def test_the_routes_are_walked_with_their_views():
    found = dict(endpoints())
    assert found["/orders/"] is Orders
    assert found["/inside/orders/"] is Orders
    assert found["/undeclared/"] is Undeclared
    assert found["/plain"] is None


def test_deprecation_and_caching_are_told(client):
    response = client.get("/resource/")

    assert response["Deprecation"] == "@1767225600"
    assert response["Sunset"] == "Fri, 01 Jan 2027 00:00:00 GMT"
    assert response["Link"] == '</new/>; rel="successor-version"'
    assert response["Cache-Control"] == "private, max-age=60"
    assert response.json() == {"at": "2026-01-01T00:00:00.000Z"}


def test_a_sunset_is_told_only_when_it_is_known():
    response = HttpResponse()
    Deprecation(since=datetime(2026, 1, 1, tzinfo=UTC), successor="/new/").mark(response)
    assert "Sunset" not in response
    assert response["Deprecation"] == "@1767225600"


def test_a_failure_is_not_cached_as_the_answer_would_be(client):
    assert client.delete("/resource/")["Cache-Control"] == "no-store"
