"""The OpenAPI description, and two ways of reading it in a browser. Every byte of them comes from here."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import drf_spectacular_sidecar
from csp.constants import NONCE, SELF, UNSAFE_INLINE
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.settings import patched_settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from tenon.delivery.admin_api.doors import AdminEndpoint
from tenon.delivery.pages.rendering import POLICY, page
from tenon.delivery.settings.documentation import ADMIN_SPECTACULAR_SETTINGS
from tenon.kernel.errors import FieldError, Invalid, NotFound
from tenon.kernel.http import conditional
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.views import Endpoint

_REDOC = "drf_spectacular_sidecar/redoc/bundles/redoc.standalone.js"
_LOGO = b"https://cdn.redoc.ly/redoc/logo-mini.svg"
_NO_LOGO = b"data:,"  # no picture; ReDoc hides one that it cannot load
# The types of RFC 9512 and RFC 8259, and those that the OpenAPI Initiative suggested before.
_MEDIA_TYPES = {
    "application/yaml": "yaml",
    "application/json": "json",
    "application/vnd.oai.openapi": "yaml",
    "application/vnd.oai.openapi+json": "json",
}
_BEGINNING = {"openapi": "3.1.1", "info": {"title": "Tenon API", "version": "0.1.0"}}
_FORMATS = {"yaml": OpenApiYamlRenderer, "json": OpenApiJsonRenderer}
_POLICY: dict[str, list[Any]] = {
    **POLICY,
    "script-src": [NONCE, SELF],
    "style-src": [NONCE, SELF],
    "img-src": [SELF, "data:"],
}
# ReDoc writes styles while its script loads, before it can be told a nonce, and searches in a worker of its own.
_PATCHES: dict[str, dict[str, Any]] = {"api": {}, "admin": ADMIN_SPECTACULAR_SETTINGS}
_generating = Lock()
_REDOC_POLICY = {**_POLICY, "style-src": [SELF, UNSAFE_INLINE], "worker-src": ["blob:"]}


def _renderer(media: str, name: str) -> type[BaseRenderer]:
    class Renderer(BaseRenderer):
        media_type = media
        format = name

    return Renderer


class Description(Endpoint):
    """The description of this API.

    OpenAPI 3.1, as YAML or JSON by `Accept` or `format`. Made once per process; ask again with `If-None-Match`.
    """

    audience = Audience.PUBLIC
    authentication_classes: Sequence[type[BaseAuthentication]] = ()
    tag = "operations"
    raises = (NotFound,)
    of = "api"
    cache_control = "public, no-cache"
    renderer_classes = tuple(_renderer(media_type, form) for media_type, form in _MEDIA_TYPES.items())

    @extend_schema(
        parameters=[OpenApiParameter("format", enum=list(_FORMATS), description="Goes before `Accept`.")],
        responses={200: OpenApiResponse(OpenApiTypes.OBJECT, description="The description.")},
        examples=[OpenApiExample("The beginning", value=_BEGINNING, media_type=each) for each in _MEDIA_TYPES],
    )
    def get(self, request: Request) -> HttpResponse:
        _require_enabled()
        chosen = request.query_params.get("format")
        if chosen is not None and chosen not in _FORMATS:
            detail = _("This is one of %(names)s.") % {"names": ", ".join(_FORMATS)}
            raise Invalid(errors=[FieldError("", "invalid_value", detail, parameter="format")])
        renderer: Any = request.accepted_renderer
        media_type = f"application/{chosen}" if chosen else renderer.media_type
        body = description(self.of, chosen or renderer.format, get_language() or settings.LANGUAGE_CODE)
        etag = conditional.etag(media_type, body)
        conditional.check(request, etag)
        return HttpResponse(body, content_type=media_type, headers={"ETag": etag})


class AdminDescription(Description):
    """The description of the admin API."""

    audience = Audience.STAFF
    authentication_classes = AdminEndpoint.authentication_classes
    tag = "metrics"
    cache_control = "private, no-cache"
    of = "admin"


@lru_cache(maxsize=16)
def description(of: str, form: str, language: str) -> bytes:
    """The description of an API as `yaml` or `json`. `language` is the active one, of which the texts are."""
    # One at a time: what differs between the two is patched into drf-spectacular's settings, of which there is one.
    with _generating, patched_settings(_PATCHES[of]):
        generated = SchemaGenerator().get_schema(request=None, public=True)
    rendered: bytes = _FORMATS[form]().render(generated, renderer_context={})
    return rendered


@require_safe
def redoc(request: HttpRequest) -> HttpResponse:
    """ReDoc: for reading."""
    return _redoc(request, reverse("schema"))


@require_safe
def admin_redoc(request: HttpRequest) -> HttpResponse:
    """ReDoc of the admin API, for browsers that are signed in to the portal."""
    return _redoc(request, reverse("admin-schema"))


def _redoc(request: HttpRequest, schema: str) -> HttpResponse:
    _require_enabled()
    context = {
        "schema": schema,
        "bundle": f"{reverse('redoc-bundle')}?v={drf_spectacular_sidecar.__version__}",
    }
    return page(request, "redoc", context, policy=_REDOC_POLICY)


@require_safe
def redoc_bundle(request: HttpRequest) -> HttpResponse:
    """ReDoc's script from the sidecar package, without the one picture that it would fetch from elsewhere."""
    _require_enabled()
    response = HttpResponse(_redoc_script(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@require_safe
def swagger_ui(request: HttpRequest) -> HttpResponse:
    """Swagger UI: for trying."""
    _require_enabled()
    return page(request, "swagger_ui", {"schema": reverse("schema")}, policy=_POLICY)


@lru_cache(maxsize=1)
def _redoc_script() -> bytes:
    return Path(str(finders.find(_REDOC))).read_bytes().replace(_LOGO, _NO_LOGO)


def _require_enabled() -> None:
    if not settings.API_DOCS_ENABLED:
        raise Http404
