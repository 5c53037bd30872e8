"""`Forwarded` (RFC 7239) in place of the headers that a client can imitate."""

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from tenon.kernel.http.addresses import client_address
from tenon.kernel.http.forwarded import ForwardedMiddleware


def seen(rf: RequestFactory, **headers: str) -> tuple[str, bool]:
    """The address and whether the connection was secure, as a view behind the middleware sees them."""
    kept: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        kept.append(request)
        return HttpResponse()

    ForwardedMiddleware(view)(rf.get("/", REMOTE_ADDR="9.9.9.9", **headers))
    return client_address(kept[0]), kept[0].is_secure()


@pytest.fixture(autouse=True)
def _behind_a_proxy(settings: Settings) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    settings.TRUSTED_PROXY_HEADER = "forwarded"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


def test_what_a_client_says_in_the_older_headers_is_gone(rf: RequestFactory):
    claims = {"HTTP_X_FORWARDED_FOR": "6.6.6.6", "HTTP_X_FORWARDED_PROTO": "https"}
    assert seen(rf, **claims) == ("9.9.9.9", False)
    assert seen(rf, HTTP_FORWARDED="for=1.1.1.1;proto=http", **claims) == ("1.1.1.1", False)


@pytest.mark.parametrize(
    ("proxies", "header", "expected"),
    [
        (1, "for=1.1.1.1;proto=https", ("1.1.1.1", True)),
        (1, 'For="1.1.1.1:4711"; Proto=HTTPS', ("1.1.1.1", True)),
        (1, 'for="[2001:db8::1]:4711";proto=https', ("2001:db8::1", True)),
        (1, "for=6.6.6.6;proto=https, for=1.1.1.1;proto=http", ("1.1.1.1", False)),
        (1, 'for="6.6.6.6, for=1.1.1.1;proto=https', ("1.1.1.1", True)),
        (2, "for=6.6.6.6,for=1.1.1.1;proto=https,for=2.2.2.2;proto=http", ("1.1.1.1", True)),
        (2, "for=1.1.1.1;proto=https", ("9.9.9.9", False)),
        (1, "for=unknown", ("9.9.9.9", False)),
        (1, "proto=https", ("9.9.9.9", True)),
        (1, "nonsense", ("9.9.9.9", False)),
    ],
)
def test_the_last_proxies_are_believed(
    rf: RequestFactory, settings: Settings, proxies: int, header: str, expected: tuple[str, bool]
):
    settings.TRUSTED_PROXY_COUNT = proxies
    assert seen(rf, HTTP_FORWARDED=header) == expected


@pytest.mark.parametrize(("count", "header"), [(0, "forwarded"), (1, "x-forwarded")])
def test_it_is_read_only_where_it_is_chosen(rf: RequestFactory, settings: Settings, count: int, header: str):
    settings.TRUSTED_PROXY_COUNT = count
    settings.TRUSTED_PROXY_HEADER = header
    with pytest.raises(MiddlewareNotUsed):
        seen(rf)
