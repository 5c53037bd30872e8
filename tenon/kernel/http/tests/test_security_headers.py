"""What every answer tells a browser."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

EVERYWHERE = {
    "Content-Security-Policy": "base-uri 'none'; default-src 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}


@pytest.fixture(autouse=True)
def _routes(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tenon.kernel.http.tests.limited_routes"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/unlimited/", 200),
        ("post", "/unlimited/", 200),
        ("get", "/nowhere/", 404),
        ("delete", "/unlimited/", 405),
    ],
)
def test_every_answer_is_locked_down(client: Client, method: str, path: str, status: int) -> None:
    answer = getattr(client, method)(path)
    assert answer.status_code == status
    policy = "; ".join(sorted(answer["Content-Security-Policy"].split("; ")))
    assert {**dict(answer.headers), "Content-Security-Policy": policy}.items() >= EVERYWHERE.items()
    assert "Strict-Transport-Security" not in answer


def test_an_answer_with_an_etag_may_be_kept_by_the_caller_alone(client: Client) -> None:
    assert client.get("/tagged/")["Cache-Control"] == "private, no-cache"


def test_a_view_may_decide_about_caches(client: Client) -> None:
    assert client.get("/cached/")["Cache-Control"] == "public, max-age=60"


def test_https_is_demanded_where_it_is_on(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 1000
    plain = client.get("/unlimited/")
    assert (plain.status_code, plain["Location"]) == (301, "https://testserver/unlimited/")
    assert plain["X-Frame-Options"] == "DENY"
    assert client.get("/unlimited/", secure=True)["Strict-Transport-Security"] == "max-age=1000; includeSubDomains"


def test_an_allowed_origin_may_read_the_answer_and_its_headers(client: Client, settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example.com"]
    answer = client.get("/unlimited/", headers={"origin": "https://app.example.com"})
    assert answer["Access-Control-Allow-Origin"] == "https://app.example.com"
    assert "Access-Control-Allow-Credentials" not in answer
    exposed = set(answer["Access-Control-Expose-Headers"].split(", "))
    assert exposed >= {"RateLimit", "X-RateLimit-Remaining", "Retry-After", "ETag", "X-Request-ID"}
    asked = {"origin": "https://app.example.com", "access-control-request-method": "PATCH"}
    preflight = client.options("/unlimited/", headers=asked)
    assert {"authorization", "if-match", "idempotency-key"} <= set(
        preflight["Access-Control-Allow-Headers"].split(", ")
    )
    assert "PATCH" in preflight["Access-Control-Allow-Methods"]


def test_no_other_origin_may(client: Client, settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example.com"]
    for origin in ("https://app.example.com.evil.test", "http://app.example.com", "null"):
        assert "Access-Control-Allow-Origin" not in client.get("/unlimited/", headers={"origin": origin})


def test_answers_to_get_are_compressed_and_those_to_post_are_not(client: Client) -> None:
    takes = {"accept-encoding": "gzip, br"}
    assert client.get("/unlimited/", headers=takes)["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in client.get("/unlimited/")
    # Tokens are answers to POST: the length of a compressed one would tell about them.
    assert "Content-Encoding" not in client.post("/unlimited/", headers=takes)


def test_the_tag_of_a_compressed_answer_guards_an_update_as_well(client: Client) -> None:
    plain, compressed = (client.get("/tagged/", headers=takes)["ETag"] for takes in ({}, {"accept-encoding": "gzip"}))
    assert compressed != plain
    for tag in (plain, compressed):
        assert not tag.startswith("W/")
        assert client.patch("/tagged/", headers={"if-match": tag}).status_code == 204
        unchanged = client.get("/tagged/", headers={"if-none-match": tag, "accept-encoding": "gzip"})
        assert (unchanged.status_code, unchanged["ETag"]) == (304, tag)
    assert client.patch("/tagged/", headers={"if-match": '"other;gzip"'}).status_code == 412
