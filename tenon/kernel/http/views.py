"""The base of every API view: it states an audience, knows its principal, and parses input strictly."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from rest_framework import exceptions as drf
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from tenon.kernel.errors import Forbidden, Invalid, TenonError, Unauthenticated
from tenon.kernel.http import acting
from tenon.kernel.http.audience import Audience, AudiencePermission
from tenon.kernel.http.bodiless import without_body
from tenon.kernel.http.deprecation import Deprecation
from tenon.kernel.http.json_types import wrong_types
from tenon.kernel.http.negotiation import Negotiation
from tenon.kernel.http.pagination import KeysetPage
from tenon.kernel.http.pointers import field_errors
from tenon.kernel.http.strictness import parameter_faults, unknown_fields
from tenon.kernel.principal import ANONYMOUS, Principal

_REFUSALS = (
    Unauthenticated,
    Forbidden,
    drf.NotAuthenticated,
    drf.AuthenticationFailed,
    drf.PermissionDenied,
    PermissionDenied,
)


class Endpoint(APIView):
    """One route. Subclasses set `audience` and write `get`, `post`, … with one call of a service or selector each."""

    audience: ClassVar[Audience | None] = None
    throttles: ClassVar[tuple[str, ...]] = ()
    """Names in settings.RATE_LIMITS that apply beside the global ones."""
    older: ClassVar[bool] = False
    """A documented older path: unknown fields are ignored there, refused elsewhere."""
    tag: ClassVar[str] = ""
    """The heading in the documentation; the app's name unless given."""
    raises: ClassVar[tuple[type[TenonError], ...]] = ()
    """Errors particular to this route, for the documentation."""
    permissions: ClassVar[Mapping[str, str]] = {}
    """By method, the permission word without which a member is refused: `{"PATCH": "organizations:update"}`."""
    organization_parameter: ClassVar[str] = ""
    """The parameter of the path that says in which organization a member acts; X-Organization-ID unless given."""
    page: ClassVar[KeysetPage | None] = None
    """How `get` is a list: what it may be sorted and filtered by."""
    max_body: ClassVar[int | None] = None
    """Bytes of a body; settings.DATA_UPLOAD_MAX_MEMORY_SIZE unless given."""
    cache_control: ClassVar[str] = ""
    """What caches may do with an answer that succeeds; nothing unless given, but for the caller's own with an ETag."""
    deprecation: ClassVar[Deprecation | None] = None

    permission_classes = [AudiencePermission]
    content_negotiation_class = Negotiation

    @property
    def principal(self) -> Principal:
        """Who is asking. The authentication classes put a Principal into `request.auth`."""
        return self.request.auth if isinstance(self.request.auth, Principal) else ANONYMOUS

    @property
    def caller_id(self) -> UUID:
        """Who is asking, on a route whose audience lets nobody in without an account."""
        return cast(UUID, self.principal.id)

    @property
    def organization_id(self) -> UUID:
        """The organization that a member acts in."""
        return cast(UUID, self.principal.organization_id)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Ask who calls, whether the audience lets them in, how often they may, and what they may do as a member."""
        super().initial(request, *args, **kwargs)
        if self.audience is Audience.MEMBER:
            name = self.organization_parameter
            reference = str(kwargs[name]) if name else request.headers.get(acting.HEADER, "")
            request.auth = acting.resolve(self.principal, reference)
            word = self.permissions.get(str(request.method))
            if word is not None and word not in self.principal.permissions:
                raise Forbidden

    def parse(self, serializer_class: type[BaseSerializer[Any]], **kwargs: Any) -> dict[str, Any]:
        """The validated body. Raises Invalid with a pointer per fault, unknown fields included on canonical paths."""
        serializer = serializer_class(data=self.request.data, **kwargs)
        valid = serializer.is_valid()
        faults = [] if valid else field_errors(serializer.errors)
        named = {fault.pointer for fault in faults}
        faults += [fault for fault in wrong_types(serializer, self.request.data) if fault.pointer not in named]
        if not self.older:
            faults += unknown_fields(serializer, self.request.data)
        if faults:
            raise Invalid(errors=faults)
        return dict(serializer.validated_data)

    def parse_query(self, serializer_class: type[BaseSerializer[Any]], **kwargs: Any) -> dict[str, Any]:
        """The validated query string. Raises Invalid naming each parameter at fault, unknown ones included."""
        query = self.request.query_params
        serializer = serializer_class(data=query.dict(), **kwargs)
        valid = serializer.is_valid()
        faults = [] if valid else field_errors(serializer.errors)
        if not self.older:
            faults += unknown_fields(serializer, query)
        if faults:
            raise Invalid(errors=parameter_faults(faults))
        return dict(serializer.validated_data)

    def perform_authentication(self, request: Request) -> None:
        with self._refusals_counted(request):
            try:
                super().perform_authentication(request)
            except _REFUSALS:
                # Otherwise whoever looks at them would authenticate once more.
                request.user = request.auth = None  # type: ignore[assignment]
                raise

    def check_permissions(self, request: Request) -> None:
        with self._refusals_counted(request):
            super().check_permissions(request)

    @contextmanager
    def _refusals_counted(self, request: Request) -> Iterator[None]:
        """REST framework asks the throttles last, whom a 401 or 403 would never reach."""
        try:
            yield
        except _REFUSALS:
            for throttle in self.get_throttles():
                throttle.charge_refusal(request, self)  # type: ignore[attr-defined]
            raise

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """204 with `Allow`; what the methods take and answer is in the OpenAPI description."""
        return without_body(204)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.cache_control and response.status_code < 400:
            response["Cache-Control"] = self.cache_control
        if self.deprecation is not None:
            self.deprecation.mark(response)
        return response
