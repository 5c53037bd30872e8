"""How a page becomes an answer: HTML or JSON by `Accept`, under a content policy that lets in nothing foreign."""

from collections.abc import Mapping
from typing import Any

from csp.constants import NONCE, NONE, SELF
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from tenon.kernel.http.negotiation import choose
from tenon.kernel.http.problem_types import BASE
from tenon.kernel.http.problems import Problem, respond
from tenon.kernel.http.renderers import dumps

JSON, HTML = "application/json", "text/html"
# Styles and scripts stand in the page itself, under a nonce: a page needs no second request and no static files.
POLICY: dict[str, list[Any]] = {
    "default-src": [NONE],
    "style-src": [NONCE],
    "script-src": [NONCE],
    "connect-src": [SELF],
    "img-src": ["data:"],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [NONE],
}


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, policy: Mapping[str, list[Any]] = POLICY
) -> HttpResponse:
    """`pages/<template>.html` under `policy`."""
    response = render(request, f"pages/{template}.html", dict(context))
    response._csp_replace = dict(policy)  # type: ignore[attr-defined]  # what csp.decorators.csp_replace sets
    return response


def page_or_data(request: HttpRequest, template: str, data: Mapping[str, Any]) -> HttpResponse:
    """`data` as JSON, or as a page for who asks for HTML; a 406 problem for who asks for neither."""
    chosen = choose(request.META.get("HTTP_ACCEPT", ""), [JSON, HTML])
    if chosen is None:
        response = respond(Problem(BASE["not_acceptable"]))
    elif chosen == HTML:
        response = page(request, template, data)
    else:
        response = HttpResponse(dumps(data), content_type=JSON)
    patch_vary_headers(response, ["Accept"])
    return response
