"""What only the pages of the portal need: sessions, messages, who is signed in, and headers for a browser.

Everything else neither reads nor sets a cookie, so these look at the path first.
"""

import json
from collections.abc import Callable
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils.functional import SimpleLazyObject

from tenon.kernel.http.negotiation import choose
from tenon.kernel.http.problems import MEDIA_TYPE
from tenon.platform.identity.api import portal

ROOT = "/admin/"
HTML = "text/html"
# Nothing foreign. Alpine.js, of which unfold's pages are made, evaluates the expressions in their attributes, and
# unfold's colours and widths stand in the page itself; no script does.
POLICY: dict[str, list[Any]] = {
    "default-src": [NONE],
    "script-src": [SELF, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
    "font-src": [SELF],
    "img-src": [SELF, "data:"],
    "connect-src": [SELF],
    "base-uri": [NONE],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
}


class _OnlyHere:
    """Leaves alone whatever is not under the portal's path."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> Any:
        return super().__call__(request) if is_here(request) else self.get_response(request)  # type: ignore[misc]


class PortalSessionMiddleware(_OnlyHere, SessionMiddleware):
    """The cookie that names the session."""


class PortalMessageMiddleware(_OnlyHere, MessageMiddleware):
    """What a page says once after something was done."""


class PortalAuthenticationMiddleware(_OnlyHere, AuthenticationMiddleware):
    """`request.user`, looked up when it is asked for."""

    def process_request(self, request: HttpRequest) -> None:
        request.user = SimpleLazyObject(lambda: portal.visitor(request))  # type: ignore[assignment]


class PortalPageMiddleware:
    """Headers for a page, and a page in the place of a problem where a person asked for one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not is_here(request):
            return response
        if _is_problem(response) and choose(request.META.get("HTTP_ACCEPT", ""), [MEDIA_TYPE, HTML]) == HTML:
            response = _page(response)
        if response.get("Content-Type", "").startswith(HTML):
            response._csp_replace = dict(POLICY)  # type: ignore[attr-defined]  # what csp.decorators.csp_replace sets
            # A browser that may not say where a form was sent from, sends `Origin: null`, which Django's CSRF refuses.
            response["Referrer-Policy"] = "same-origin"
        return response


def is_here(request: HttpRequest) -> bool:
    """Whether `request` is for the portal."""
    return f"{request.path_info}/".startswith(ROOT)


def _is_problem(response: HttpResponseBase) -> bool:
    return response.get("Content-Type", "").startswith(MEDIA_TYPE)


def _page(problem: Any) -> HttpResponse:
    body = render_to_string("portal/problem.html", {"problem": json.loads(problem.content)})
    page = HttpResponse(body, status=problem.status_code)
    for name, value in problem.items():
        if name not in {"Content-Type", "Content-Length"}:
            page[name] = value
    return page
