"""Every failure is a problem (RFC 9457), and says nothing of the inside."""

import logging
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils.functional import Promise

from tenon.kernel.http import problem_types, problems
from tenon.kernel.http.tests.routes import SECRET

STATUS = {
    "invalid": (400, "invalid"),
    "unauthenticated": (401, "not_authenticated"),
    "forbidden": (403, "forbidden"),
    "not_found": (404, "not_found"),
    "conflict": (409, "conflict"),
    "unprocessable": (422, "unprocessable"),
    "too_many": (429, "too_many_requests"),
    "unavailable": (503, "unavailable"),
    "drf_validation": (400, "invalid"),
    "drf_unauthenticated": (401, "not_authenticated"),
    "drf_denied": (403, "forbidden"),
    "drf_not_found": (404, "not_found"),
    "drf_throttled": (429, "too_many_requests"),
    "drf_error": (500, "internal_error"),
    "http404": (404, "not_found"),
    "denied": (403, "forbidden"),
    "suspicious": (400, "malformed"),
    "validation": (400, "invalid"),
    "database": (503, "unavailable"),
    "cache": (503, "unavailable"),
    "bug": (500, "internal_error"),
}


def problem(response: Any, status: int, code: str) -> dict:
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"].endswith(f"/problems/{code}/")
    assert body["title"]
    assert body["detail"]
    assert body["request_id"] == response["X-Request-ID"]
    return body


@pytest.mark.parametrize("prefix", ["fail", "plain-fail"])
@pytest.mark.parametrize("name", STATUS)
def test_each_failure_is_its_problem_in_every_kind_of_view(client, prefix, name):
    response = client.get(f"/{prefix}/{name}/")

    problem(response, *STATUS[name])
    assert SECRET not in response.content.decode()


@pytest.mark.parametrize("name", ["bug", "database", "drf_error", "http404"])
@pytest.mark.parametrize("prefix", ["fail", "plain-fail"])
def test_development_answers_alike(client, settings, prefix, name):
    settings.DEBUG = True

    response = client.get(f"/{prefix}/{name}/")

    problem(response, *STATUS[name])
    assert SECRET not in response.content.decode()


def test_an_unknown_path_is_a_problem(client, settings):
    problem(client.get("/nowhere/"), 404, "not_found")
    settings.DEBUG = True
    problem(client.get("/nowhere/"), 404, "not_found")


def test_a_failure_of_ours_is_logged_with_its_traceback(client, caplog):
    client.get("/fail/bug/")

    [record] = [record for record in caplog.records if record.exc_info]
    assert SECRET in str(record.exc_info[1])


@pytest.mark.parametrize(("path", "failure"), [("/fail/database/", "database"), ("/plain-fail/cache/", "cache")])
def test_a_lost_store_is_logged_and_asks_to_come_back(client, caplog, path, failure):
    with caplog.at_level(logging.ERROR, logger="tenon.kernel.http.problems"):
        response = client.get(path)

    assert int(response["Retry-After"]) > 0
    [record] = [record for record in caplog.records if record.name == "tenon.kernel.http.problems"]
    assert SECRET in str(record.exc_info[1])


def test_faults_point_into_the_body(client):
    body = client.get("/fail/drf_validation/").json()

    assert body["errors"] == [
        {"pointer": "/items/1/sku", "code": "invalid", "detail": "Unknown."},
        {"pointer": "", "code": "invalid", "detail": "Empty."},
    ]


def test_an_error_brings_its_detail_its_faults_and_its_extras(client):
    assert client.get("/fail/conflict/").json()["detail"] == "Somebody was faster."
    body = client.get("/fail/invalid/").json()
    assert body["errors"] == [{"pointer": "/a", "code": "bad", "detail": "Bad."}]
    assert body["hint"] == "look"


def test_a_django_validation_error_keeps_its_messages(client):
    assert client.get("/fail/validation/").json()["errors"][0]["detail"] == "Too short."


@pytest.mark.parametrize(("name", "seconds"), [("too_many", "7"), ("drf_throttled", "3"), ("unavailable", "2")])
def test_retry_after(client, name, seconds):
    assert client.get(f"/fail/{name}/")["Retry-After"] == seconds


@pytest.mark.parametrize(
    ("path", "challenge"), [("/fail/unauthenticated/", "Test"), ("/plain-fail/unauthenticated/", "Bearer")]
)
def test_a_401_says_what_is_wanted(client, path, challenge):
    assert client.get(path)["WWW-Authenticate"] == challenge


@pytest.mark.parametrize("path", ["/orders/", "/plain"])
def test_a_wrong_method_is_405_with_allow(client, path):
    response = client.delete(path)

    problem(response, 405, "method_not_allowed")
    assert "GET" in response["Allow"]


def test_html_of_others_becomes_a_problem(client):
    response = client.get("/html-refusal/")

    problem(response, 403, "forbidden")
    assert SECRET not in response.content.decode()


def test_a_status_that_we_do_not_know_stays_as_it_is(client):
    assert client.get("/teapot/").content == b"short and stout"


def test_csrf_is_a_problem(settings):
    settings.CSRF_FAILURE_VIEW = "tenon.kernel.http.problems.csrf_failed"

    problem(Client(enforce_csrf_checks=True).post("/form/"), 403, "csrf_failed")


@pytest.mark.parametrize("debug", [False, True])
def test_an_unknown_host_is_a_problem(client, settings, debug):
    settings.ALLOWED_HOSTS, settings.DEBUG = ["api.example.com"], debug

    response = client.get("/orders/", HTTP_HOST="evil.example.com")

    problem(response, 400, "unknown_host")


def test_forbidden_by_django_itself(rf):
    assert problems.forbidden(rf.get("/"), PermissionError()).status_code == 403


def test_a_bad_request_without_a_known_reason_is_malformed(rf):
    assert b'"malformed"' in problems.bad_request(rf.get("/"), ValueError()).content


def test_texts_wait_for_the_language_of_the_request():
    assert all(
        isinstance(kind.title, Promise) and isinstance(kind.detail, Promise) for kind in problem_types.BASE.values()
    )


def lost(get_response):
    def middleware(request):
        raise OperationalError(SECRET)

    return middleware


def test_a_store_lost_outside_of_any_view_is_a_503_too(client, settings):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.lost"]

    problem(client.get("/orders/"), 503, "unavailable")


def test_the_catalog_holds_every_declared_error():
    from tenon.kernel.http.cursors import InvalidCursor

    known = problem_types.catalog()
    assert known["invalid_cursor"] == problem_types.of_error(InvalidCursor)
    assert known["not_found"].status == 404
    assert list(known) == sorted(known)


def test_an_answer_made_outside_of_commonmiddleware_tells_its_length(client, settings):
    place = settings.MIDDLEWARE.index("tenon.kernel.http.middleware.ProblemMiddleware")
    settings.MIDDLEWARE = [*settings.MIDDLEWARE[:place], f"{__name__}.lost", *settings.MIDDLEWARE[place:]]
    response = client.get("/orders/")
    assert response.status_code == 503
    assert response["Content-Length"] == str(len(response.content))


def test_a_problem_is_not_cached(client):
    assert client.get("/nowhere/")["Cache-Control"] == "no-store"
