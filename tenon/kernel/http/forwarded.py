"""`Forwarded` (RFC 7239), the one header of proxies whose name no client can imitate.

A server gateway (PEP 3333) hands `X-Forwarded-For` and `X_Forwarded_For` on under one name, the later in place of the
earlier, so that a proxy that passes underscores through lets its clients say where they come from. `Forwarded` has no
hyphen and so no twin; further headers of the same name are joined, with the proxy's own last.
"""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponseBase

_ADDRESS = "HTTP_X_FORWARDED_FOR"
_SCHEME = "HTTP_X_FORWARDED_PROTO"


class ForwardedMiddleware:
    """Where TRUSTED_PROXY_HEADER is `forwarded`, says in the older headers what `Forwarded` says, and nothing else.

    Everything behind it reads the older headers, whatever a client claimed in them being gone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not settings.TRUSTED_PROXY_COUNT or settings.TRUSTED_PROXY_HEADER != "forwarded":
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        for name in (_ADDRESS, _SCHEME):
            request.META.pop(name, None)
        hops = trusted_hops(request.META.get("HTTP_FORWARDED", ""), count=settings.TRUSTED_PROXY_COUNT)
        if hops:
            request.META[_ADDRESS] = ",".join(hop.get("for", "unknown") for hop in hops)
            request.META[_SCHEME] = hops[0].get("proto", "")
        return self.get_response(request)


def trusted_hops(header: str, *, count: int) -> list[dict[str, str]]:
    """What the last `count` proxies wrote, one mapping of lower-case names each; nothing where there are fewer.

    Split at every comma: what our proxies write holds none, and a quotation mark that a client left open before it
    must not swallow it.
    """
    elements = header.split(",")
    if len(elements) < count:
        return []
    return [dict(_pairs(element)) for element in elements[-count:]]


def _pairs(element: str) -> list[tuple[str, str]]:
    found = [pair.partition("=") for pair in element.split(";")]
    return [(name.strip().lower(), value.strip().strip('"').lower()) for name, _equals, value in found]
