"""Every route of the house says for whom it is, how often it may be asked, who is believed, and what it answers."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from tenon.kernel import permissions
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.declared import of_method
from tenon.kernel.http.throttling import RateLimitThrottle
from tenon.kernel.http.views import Endpoint
from tests.contract.operations import METHODS, operations

PAGES = "tenon.delivery.pages."  # functions that answer HTML, and decide nothing
PORTAL = "tenon.delivery.portal."
UNCOUNTED = ("/health/", "/metrics/")  # asked every few seconds by machines that cannot wait
OPEN = {Audience.PUBLIC, Audience.STOREFRONT}


def routes(patterns: list[Any] | None = None, prefix: str = "/") -> Iterator[tuple[str, Any]]:
    """Every route of the URLconf as (path, callback)."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        path = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern):
            yield path, pattern.callback


def is_of_portal(callback: Any) -> bool:
    """Pages of the portal, each of which `tenon/delivery/portal/tests/test_access.py` tries with everybody."""
    return callback.__module__.startswith(PORTAL) or bool({"admin_site", "model_admin"} & set(dir(callback)))


def named_limits(view: type[Endpoint]) -> set[str]:
    """The limits of its own that any method of it is counted under."""
    return {name for method in METHODS for name in of_method(view.throttles, method.upper())}


def faults(path: str, callback: Any) -> list[str]:
    """What a route leaves unsaid."""
    view = getattr(callback, "cls", None)
    if view is None:
        known = callback.__module__.startswith(PAGES) or is_of_portal(callback)
        return [] if known else [f"{path} is neither an Endpoint nor a page"]
    if not issubclass(view, Endpoint):
        return [f"{path} is no Endpoint"]
    found = []
    if not isinstance(view.audience, Audience):
        found.append(f"{path} states no audience")
    if RateLimitThrottle not in view.throttle_classes and not path.startswith(UNCOUNTED):
        found.append(f"{path} is counted under no limit")
    found += [
        f"{path} names the limit {name}, which there is not" for name in named_limits(view) - set(settings.RATE_LIMITS)
    ]
    declared = {permission.word for permission in permissions.declared()}
    found += [f"{path} asks for {word}, which nobody declares" for word in {*view.permissions.values()} - declared]
    if view.audience not in OPEN and not view().get_authenticators():
        found.append(f"{path} asks for a caller and believes nobody")
    return found


@pytest.mark.parametrize(("path", "callback"), [pytest.param(*route, id=route[0]) for route in routes()])
def test_every_route_states_what_it_is(path, callback):
    assert faults(path, callback) == []


def test_every_method_of_every_endpoint_is_described(descriptions):
    described = {
        (operation.body["operationId"], operation.method)
        for description in descriptions.values()
        for operation in operations(description)
    }
    implemented = [
        (path, method)
        for path, callback in routes()
        if issubclass(getattr(callback, "cls", object), Endpoint)
        for method in METHODS
        if hasattr(callback.cls, method)
    ]
    assert len(implemented) == len(described)
    assert len(implemented) > 20


class Mute(Endpoint):
    throttle_classes = ()
    throttles = ("no such limit",)
    permissions = {"GET": "no:such"}


class Closed(Endpoint):
    audience = Audience.STAFF
    authentication_classes = ()


def test_what_is_unsaid_is_found():
    assert faults("/mute/", Mute.as_view()) == [
        "/mute/ states no audience",
        "/mute/ is counted under no limit",
        "/mute/ names the limit no such limit, which there is not",
        "/mute/ asks for no:such, which nobody declares",
    ]
    assert faults("/closed/", Closed.as_view()) == ["/closed/ asks for a caller and believes nobody"]
    assert faults("/function/", faults) == ["/function/ is neither an Endpoint nor a page"]
    assert (
        faults("/health/", type("Probe", (Endpoint,), {"audience": Audience.PUBLIC, "throttle_classes": ()}).as_view())
        == []
    )
