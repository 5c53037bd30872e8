"""The base of every API view: it states an audience, knows its principal, and parses input strictly."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework import exceptions as drf
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from tenon.kernel import caller
from tenon.kernel.errors import Forbidden, Invalid, NotFound, TenonError, Unauthenticated
from tenon.kernel.http import acting, idempotent
from tenon.kernel.http.addresses import client_address
from tenon.kernel.http.audience import Audience, AudiencePermission, audience_of
from tenon.kernel.http.bodiless import without_body
from tenon.kernel.http.declared import ByMethod, answering
from tenon.kernel.http.deprecation import Deprecation
from tenon.kernel.http.json_types import wrong_types
from tenon.kernel.http.negotiation import Negotiation
from tenon.kernel.http.pagination import KeysetPage
from tenon.kernel.http.pointers import field_errors
from tenon.kernel.http.strictness import parameter_faults, unknown_fields
from tenon.kernel.idempotency.operations import Operation
from tenon.kernel.idempotency.rules import Idempotency
from tenon.kernel.limits.counting import network
from tenon.kernel.principal import ANONYMOUS, PROGRAMS, Principal

_REFUSALS = (
    Unauthenticated,
    Forbidden,
    NotFound,
    drf.NotAuthenticated,
    drf.AuthenticationFailed,
    drf.PermissionDenied,
    PermissionDenied,
)


class Endpoint(APIView):
    """One route. Subclasses set `audience` and write `get`, `post`, … with one call of a service or selector each."""

    audience: ClassVar[Audience | None] = None
    throttles: ClassVar[ByMethod[str]] = ()
    """Names in settings.RATE_LIMITS that apply beside the global ones, to every method, or by method."""
    older: ClassVar[bool] = False
    """A documented older path: unknown fields are ignored there, refused elsewhere."""
    tag: ClassVar[str] = ""
    """The heading in the documentation; the app's name unless given."""
    raises: ClassVar[ByMethod[type[TenonError]]] = ()
    """Errors particular to this route, for the documentation; by method where the methods differ."""
    idempotency: ClassVar[Mapping[str, Idempotency]] = {}
    """By method, what an Idempotency-Key does: `{"POST": Idempotency(required=True)}`."""
    permissions: ClassVar[Mapping[str, str]] = {}
    """By method, the permission word without which a member is refused: `{"PATCH": "organizations:update"}`.

    On a storefront route these methods are for members alone.
    """
    for_programs: ClassVar[frozenset[str]] = frozenset()
    """Methods of a route for members that an API key may call without a permission word; else it needs the word."""
    organization_parameter: ClassVar[str] = ""
    """The parameter of the path that says in which organization a member acts; X-Organization-ID unless given."""
    organization_optional: ClassVar[bool] = False
    """Whether a route for members also lets people in who act in no organization, for what is theirs alone."""
    page: ClassVar[KeysetPage | None] = None
    """How `get` is a list: what it may be sorted and filtered by."""
    max_body: ClassVar[int | None] = None
    """Bytes of a body; settings.DATA_UPLOAD_MAX_MEMORY_SIZE unless given."""
    cache_control: ClassVar[str] = ""
    """What caches may do with an answer that succeeds; nothing unless given, but for the caller's own with an ETag."""
    deprecation: ClassVar[Deprecation | None] = None

    operation: Operation
    """The steps of a phased request, for the method that handles it."""

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
        """The organization that a member acts in, or whose shop it is."""
        return self.principal.acting_in

    def anonymous_caller(self) -> str:
        """What an Idempotency-Key of somebody without an account belongs to; their network unless overridden.

        A route whose callers hold something of their own, such as a cart's token, returns that: they may repeat a
        request from another network.
        """
        return network(client_address(self.request))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Ask who calls, whether the audience lets them in, how often they may, and what they may do as a member."""
        super().initial(request, *args, **kwargs)
        if audience_of(self, str(request.method)) is Audience.MEMBER:
            self._require_word(answering(str(request.method)))
        rule = self.idempotency.get(str(request.method))
        if rule is not None:
            # REST framework looks the method up on the view, which lives for this request, when `initial` is over.
            name = str(request.method).lower()
            setattr(self, name, idempotent.guarded(self, rule, getattr(self, name)))

    def _acting(self, reference: str) -> Principal:
        try:
            return acting.resolve(self.principal, reference)
        except TenonError:
            if reference or not self.organization_optional:
                raise
            return self.principal

    def _require_word(self, method: str) -> None:
        word = self.permissions.get(method)
        if word is not None and word not in self.principal.permissions:
            # The word is no secret: the description of the API names it at each operation.
            raise Forbidden(_("This needs the permission %(word)s.") % {"word": word})
        # What any member may, a program may not: it was given words, and does nothing but what they say.
        if word is None and self.principal.kind in PROGRAMS and method not in self.for_programs:
            raise Forbidden(_("API keys and other programs may not do this."))

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
            caller.identify(self.principal)

    def check_permissions(self, request: Request) -> None:
        with self._refusals_counted(request):
            super().check_permissions(request)

    def check_throttles(self, request: Request) -> None:
        """Count under every limit at once; the organization has one, so a member's is found out before."""
        audience = audience_of(self, str(request.method))
        if audience in {Audience.MEMBER, Audience.STOREFRONT}:
            with self._refusals_counted(request):
                name = self.organization_parameter
                reference = str(self.kwargs[name]) if name else request.headers.get(acting.HEADER, "")
                if audience is Audience.MEMBER:
                    request.auth = self._acting(reference)
                else:
                    request.auth = acting.visit(self.principal, reference, request.get_host())
            caller.identify(self.principal)
        super().check_throttles(request)

    @contextmanager
    def _refusals_counted(self, request: Request) -> Iterator[None]:
        """REST framework asks the throttles last, whom a 401, 403 or 404 would never reach."""
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
