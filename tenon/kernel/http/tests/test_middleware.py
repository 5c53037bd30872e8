"""Request ids, input that no view should see, and slashes."""

import re
from uuid import UUID

import pytest
from django.test import Client

from tenon.kernel.http import middleware, request_id
from tenon.kernel.http.tests.test_problems import problem

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def test_a_request_gets_an_id_and_the_answer_names_it(client):
    response = client.get("/plain")

    assert UUID(response["X-Request-ID"]).version == 7
    assert response.content.decode() == response["X-Request-ID"]


@pytest.mark.parametrize("sent", ["a", "req_1.2:3/4+5=6@7-8", "x" * 128])
def test_a_harmless_id_is_kept(client, sent):
    assert client.get("/plain", headers={"X-Request-ID": sent})["X-Request-ID"] == sent


@pytest.mark.parametrize("sent", ["", "x" * 129, "a b", "a\nb", '{"a":1}', "ü", "<script>"])
def test_another_id_is_replaced(client, sent):
    answered = client.get("/plain", headers={"X-Request-ID": sent})["X-Request-ID"]
    assert UUID(answered).version == 7


def test_the_id_and_the_trace_go_with_outgoing_calls():
    assert request_id.outgoing_headers() == {}
    with request_id.bound("abc", TRACE):
        assert request_id.current() == "abc"
        assert request_id.traceparent() == TRACE
        assert request_id.outgoing_headers() == {"X-Request-ID": "abc", "traceparent": TRACE}
    assert request_id.current() == ""


@pytest.mark.parametrize(
    "bad", ["", "00-0-0-0", TRACE.upper(), f"{TRACE}-x", TRACE.replace("4bf92f3577b34da6a3ce929d0e0e4736", "0" * 32)]
)
def test_a_bad_traceparent_is_dropped(bad):
    assert request_id.accept_traceparent(TRACE) == TRACE
    assert request_id.accept_traceparent(bad) == ""


def test_the_time_is_told_in_development_only(settings):
    assert "X-Response-Time" not in Client().get("/plain")
    settings.DEBUG = True
    assert re.fullmatch(r"\d+\.\dms", Client().get("/plain")["X-Response-Time"])


@pytest.mark.parametrize("path", ["/plain", "/plain/", "/orders/?email=a@b.example", "/orders?email=a@b.example"])
def test_the_last_slash_does_not_matter(client, path):
    assert client.get(path).status_code == 200


def test_the_body_of_a_post_without_the_slash_arrives(client):
    response = client.post("/echo", {"a": 1}, content_type="application/json")
    assert response.json() == {"data": {"a": 1}}


def test_the_root_and_two_slashes_are_left_alone(client):
    problem(client.get("/"), 404, "not_found")
    problem(client.get("/orders//"), 404, "not_found")


@pytest.mark.parametrize(
    "path", ["/text/a%00b/", "/orders/?a=%00", "/orders/?a=%ff", "/orders/?a=%ED%A0%80", "/orders/?%00=1"]
)
def test_nul_and_broken_utf8_are_refused(client, path):
    problem(client.get(path), 400, "malformed")


@pytest.mark.parametrize("query", ["a=\0", "a=\xff", "a=\xed\xa0\x80"])
def test_raw_bytes_in_the_query_are_refused_too(client, query):
    problem(client.get("/orders/", QUERY_STRING=query), 400, "malformed")


def test_raw_utf8_in_the_query_is_read(client):
    raw = "email=ü@b.example".encode().decode("latin-1")
    assert client.get("/orders/", QUERY_STRING=raw).status_code == 400
    assert client.get("/orders/", QUERY_STRING=raw).json()["code"] == "invalid"


def test_a_broken_path_is_nowhere(client):
    problem(client.get("/orders/%ff%fe/"), 404, "not_found")


def test_a_long_address_is_414(client):
    problem(client.get("/orders/", {"a": "x" * middleware.MAX_TARGET}), 414, "uri_too_long")


def test_large_headers_are_431(client):
    problem(client.get("/plain", headers={"X-A": "x" * (middleware.MAX_HEADER + 1)}), 431, "headers_too_large")
    many = {f"X-A{number}": "x" * 8000 for number in range(5)}
    problem(client.get("/plain", headers=many), 431, "headers_too_large")


def test_a_body_in_chunks_is_411_rather_than_read_as_empty(client):
    problem(client.generic("POST", "/echo/", HTTP_TRANSFER_ENCODING="chunked"), 411, "length_required")


def test_head_and_options(client):
    head = client.head("/resource/")
    assert (head.status_code, head.content) == (200, b"")
    assert head["ETag"]
    options = client.options("/orders/")
    assert (options.status_code, options.content) == (204, b"")
    assert options["Allow"] == "GET, POST, HEAD, OPTIONS"
