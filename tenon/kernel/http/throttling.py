"""Rate limits of a route: one throttle for REST framework that counts all of them at once, and their headers."""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponseBase
from rest_framework.throttling import BaseThrottle

from tenon.kernel.http.addresses import client_address
from tenon.kernel.http.audience import Audience, audience_of
from tenon.kernel.http.declared import of_method
from tenon.kernel.limits import counting
from tenon.kernel.limits.rates import Verdict
from tenon.kernel.principal import PrincipalKind

if TYPE_CHECKING:
    from rest_framework.request import Request

    from tenon.kernel.http.views import Endpoint

# A program of an organization; everybody else who is known counts as `user`.
_LIMIT = {PrincipalKind.API_KEY: "api_key", PrincipalKind.SERVICE: "api_key"}


class RateLimitThrottle(BaseThrottle):
    """Counts the caller, the organization that they act in, and each name in the view's `throttles`, by caller.

    A caller is counted under `anonymous` by address, under `api_key` by key, or under `user`; an organization under
    `organization`, whoever acts in it, but for its shoppers: they could shut the shop. All at once: what one limit
    refuses counts under none.
    Routes for staff count only what they name themselves: whoever operates the system is not slowed down.
    Raises TooManyRequests.
    """

    def allow_request(self, request: "Request", view: "Endpoint") -> bool:  # type: ignore[override]
        name, subject = _caller(request, view)
        counters = [] if view.audience is Audience.STAFF else [(name, subject)]
        if counters and audience_of(view, str(request.method)) is not Audience.STOREFRONT:
            counters += _organization(view)
        counters += [(each, subject) for each in of_method(view.throttles, str(request.method))]
        if counters:
            counting.require_all(counters)
        return True

    def charge_refusal(self, request: "Request", view: "Endpoint") -> None:
        """Count a caller who is turned away before the limits are looked at, on routes for staff too.

        Raises TooManyRequests.
        """
        counting.require(*_caller(request, view))


class RateLimitHeadersMiddleware:
    """Tells the limits that a request was counted under, on every answer, refusals included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        seen: dict[str, Verdict] = {}
        token = counting.observed.set(seen)
        try:
            response = self.get_response(request)
        finally:
            counting.observed.reset(token)
        if seen:
            _tell(response, list(seen.values()))
        return response


def _caller(request: "Request", view: "Endpoint") -> tuple[str, str]:
    """The global limit that the caller is under, and as whom."""
    principal = view.principal
    if principal.is_authenticated:
        return _LIMIT.get(principal.kind, "user"), f"{principal.kind}:{principal.id}"
    return "anonymous", client_address(request)


def _organization(view: "Endpoint") -> list[tuple[str, str]]:
    organization_id = view.principal.organization_id
    return [] if organization_id is None else [("organization", str(organization_id))]


def _tell(response: HttpResponseBase, verdicts: Sequence[Verdict]) -> None:
    """All limits as structured fields (draft-ietf-httpapi-ratelimit-headers-10), the tightest in the older headers.

    X-RateLimit-Reset is in seconds since 1970, as GitHub's.
    """
    tightest = min(verdicts, key=lambda verdict: (verdict.allowed, verdict.remaining))
    response["X-RateLimit-Limit"] = str(tightest.limit)
    response["X-RateLimit-Remaining"] = str(tightest.remaining)
    response["X-RateLimit-Reset"] = str(int(time.time()) + tightest.reset_after)
    response["RateLimit-Policy"] = _list(f'"{each.name}";q={each.limit};w={each.window}' for each in verdicts)
    response["RateLimit"] = _list(f'"{each.name}";r={each.remaining};t={each.reset_after}' for each in verdicts)


def _list(items: Iterable[str]) -> str:
    return ", ".join(items)
