"""The base of every API view: it states an audience, knows its principal, and parses input strictly."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from tenon.kernel.errors import FieldError, Invalid
from tenon.kernel.http.audience import Audience, AudiencePermission
from tenon.kernel.principal import ANONYMOUS, Principal


class Endpoint(APIView):
    """One route. Subclasses set `audience` and write `get`, `post`, … with one call of a service or selector each.

    `throttles` names entries of settings.RATE_LIMITS that apply beside the global ones.
    `older` marks a documented older path: unknown fields are ignored there, refused elsewhere.
    """

    audience: ClassVar[Audience | None] = None
    throttles: ClassVar[tuple[str, ...]] = ()
    older: ClassVar[bool] = False
    permission_classes = [AudiencePermission]

    @property
    def principal(self) -> Principal:
        """Who is asking. The authentication classes put a Principal into `request.auth`."""
        return self.request.auth if isinstance(self.request.auth, Principal) else ANONYMOUS

    def parse(self, serializer_class: type[BaseSerializer[Any]], **kwargs: Any) -> dict[str, Any]:
        """The validated body. Raises Invalid with a pointer per fault, unknown fields included on canonical paths."""
        serializer = serializer_class(data=self.request.data, **kwargs)
        serializer.is_valid(raise_exception=True)
        if not self.older and isinstance(self.request.data, Mapping):
            known = {name for name, field in serializer.fields.items() if not field.read_only}  # type: ignore[attr-defined]
            if unknown := sorted(set(self.request.data) - known):
                raise Invalid(
                    errors=[FieldError(f"/{name}", "unknown_field", "This field is not known.") for name in unknown]
                )
        return dict(serializer.validated_data)
