"""The start page, the problem types, and the pages that emailed links lead to."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

import tenon
from tenon.delivery.pages.rendering import page, page_or_data
from tenon.kernel.http.problem_types import ProblemType, catalog
from tenon.kernel.http.renderers import dumps
from tenon.platform.notifications.services import unsubscribe as unsubscribe_by_secret


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What this is, its version, and where to go from here."""
    links = {"health": "/health/", "problems": reverse("problems")}
    if settings.API_DOCS_ENABLED:
        documentation = {"documentation": "redoc", "explorer": "swagger-ui", "openapi": "schema"}
        links = {**{name: reverse(route) for name, route in documentation.items()}, **links}
    data = {"name": settings.SITE_NAME, "version": tenon.__version__, "site": settings.SITE_URL, "links": links}
    return page_or_data(request, "start", data)


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """Every kind of problem that this API answers with."""
    kinds = sorted(catalog().values(), key=lambda kind: (kind.status, kind.code))
    return page_or_data(request, "problems", {"problems": [_facts(kind) for kind in kinds]})


@require_safe
def problem(request: HttpRequest, code: str) -> HttpResponse:
    """One kind of problem: what the `type` of an answer leads to (RFC 9457 §3.1.1)."""
    kind = catalog().get(code)
    if kind is None:
        raise Http404
    return page_or_data(request, "problem", {**_facts(kind), "advice": _advice(kind.status)})


@require_safe
def reset_password(request: HttpRequest) -> HttpResponse:
    """Where an emailed link leads: its secret stands in the fragment, which no server and no log ever sees."""
    return page(request, "reset_password", {"action": reverse("identity:password-reset-confirm")})


@require_safe
def magic_verify(request: HttpRequest) -> HttpResponse:
    """Where the link of a magic code leads unless MAGIC_LINK_VERIFY_URL names a frontend: shows the tokens it gives."""
    return page(request, "magic_verify", {"action": reverse("identity:magic-verify")})


@require_safe
def invitation(request: HttpRequest) -> HttpResponse:
    """Where an invitation leads: whoever signs in here with the invited address, joins."""
    actions = {"enter": reverse("identity:login"), "accept": reverse("organizations:accept-by-token")}
    return page(request, "invitation", actions)


@csrf_exempt  # a mail program has no cookie of ours; the secret says whose it is
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, secret: str = "") -> HttpResponse:  # nosec B107 - no secret, but none
    """Where the links at the foot of a mail lead. A POST is the one click of a mail program (RFC 8058)."""
    if request.method == "POST":
        kind = unsubscribe_by_secret(secret=secret)
        return HttpResponse(dumps({"type": kind.name, "title": kind.title}), content_type="application/json")
    action = reverse("notifications:unsubscribe", args=["-"]).removesuffix("-/")
    return page(request, "unsubscribe", {"action": action, "secret": secret})


def _facts(kind: ProblemType) -> dict[str, object]:
    return {
        "type": f"{settings.SITE_URL}/problems/{kind.code}/",
        "code": kind.code,
        "status": kind.status,
        "title": str(kind.title),
        "detail": str(kind.detail),
    }


def _advice(status: int) -> str:
    """What a client does about a problem of this status."""
    if status in {429, 503}:
        return _("Wait as long as the Retry-After header says, then send the same request again.")
    if status == 500:
        return _(
            "This is our fault. Sending the same request again may help; else report the request_id of the answer."
        )
    if status == 401:
        return _("Sign in, or refresh the access token, and send the request with the new one.")
    if status == 412:
        return _("Read the resource again, apply your change to what you got, and send that with its ETag.")
    if status in {403, 404}:
        return _("Sending the same request again will not help. Check the address, and as whom you are signed in.")
    return _("Sending the same request again will not help. Correct what the detail and the errors name, then send it.")
