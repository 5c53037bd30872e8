"""A page of the portal that was sent without its CSRF token: refused, and written down."""

from django.http import HttpRequest, HttpResponse

from tenon.delivery.portal.middleware import is_here
from tenon.kernel import clock
from tenon.kernel.http import problems
from tenon.platform.audit import services as audit
from tenon.platform.identity.api import portal


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """settings.CSRF_FAILURE_VIEW. Somebody whose cookie is good may have been made to send what they never meant."""
    if is_here(request) and portal.visitor(request).is_authenticated:
        audit.record(
            action="portal:page:csrf_refused",
            target_type="page",
            target_id=request.path,
            outcome="refused",
            now=clock.now(),
        )
    return problems.csrf_failed(request, reason)
