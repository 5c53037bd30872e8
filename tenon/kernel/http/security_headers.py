"""Headers that tell a browser what this answer may not do; beside SecurityMiddleware's and django-csp's."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

# https://www.w3.org/TR/permissions-policy/: nothing we send asks a browser for any of these.
_FEATURES = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in _FEATURES)


class SecurityHeadersMiddleware:
    """Permissions-Policy, Cross-Origin-Resource-Policy, and a Cache-Control for answers whose view set none.

    Such an answer may hold tokens or personal data, so no cache keeps it; one with an ETag may be kept by the caller's
    own, and must be asked about each time (RFC 9111 section 5.2.2).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("Cache-Control", "private, no-cache" if "ETag" in response else "no-store")
        return response
