"""The OpenAPI 3.1 description of an operation: what its view declares, and what every operation has in common."""

import inspect
import re
from http import HTTPStatus
from typing import Any

from drf_spectacular.openapi import AutoSchema as SpectacularAutoSchema
from drf_spectacular.utils import OpenApiParameter

from tenon.kernel.errors import TenonError
from tenon.kernel.http import filters, idempotent, promises
from tenon.kernel.http.acting import HEADER
from tenon.kernel.http.audience import Audience, audience_of
from tenon.kernel.http.compiled import CompiledPage
from tenon.kernel.http.declared import of_method
from tenon.kernel.http.openapi_components import (
    LIST_META_EXAMPLE,
    PROBLEM_MEDIA_TYPE,
    PROBLEM_SCHEMA,
    SUCCESS_HEADERS,
    response_name,
)
from tenon.kernel.http.pagination import DEFAULT_LIMIT, MAX_LIMIT, KeysetPage
from tenon.kernel.idempotency.keys import MAX_LENGTH
from tenon.kernel.idempotency.rules import Idempotency
from tenon.kernel.permissions import scopes

_MEANING = {
    Audience.PUBLIC: "Open to everyone.",
    Audience.STOREFRONT: "Open to customers, signed in or not.",
    Audience.SELF: "For signed-in people, about themselves.",
    Audience.MEMBER: "For members of the organization.",
    Audience.DEVICE: "For registered devices.",
    Audience.STAFF: "For staff.",
}

ORGANIZATION = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    description="The organization to act in: its id or slug. Else the current one.",
)
SHOP = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    description="The organization whose shop it is: its id or slug. Else that of the host name, or the deployment's.",
)
_KEY = {"type": "string", "minLength": 1, "maxLength": MAX_LENGTH, "pattern": "^[!-~]([ -~]*[!-~])?$"}
_KEY_MEANING = (
    "Chosen by you, once for each thing that you want done: a random UUID is fine. The same request with the same key"
    " is carried out once, and its answer given again."
)


class AutoSchema(SpectacularAutoSchema):
    """Describes one operation of an Endpoint; `extend_schema` on its method gives request, response and examples."""

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """The operation object, with every status that it can answer with."""
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        declared: dict[str, Any] = operation["responses"]
        problems = {str(status): status for status in self._problem_statuses()}
        for status, response in declared.items():
            response["headers"] = {**response.get("headers", {}), **SUCCESS_HEADERS}
            if int(status) < 400 and self._idempotency() is not None:
                response["headers"][idempotent.REPLAYED] = {"$ref": f"#/components/headers/{idempotent.REPLAYED}"}
            response["description"] = response["description"] or f"{HTTPStatus(int(status)).phrase}."
            if int(status) >= 400:
                # A body of its own for some failures, as older paths have; the others of that status are problems.
                response.setdefault("content", {}).setdefault(PROBLEM_MEDIA_TYPE, {"schema": PROBLEM_SCHEMA})
        shared = {key: {"$ref": f"#/components/responses/{response_name(each)}"} for key, each in problems.items()}
        operation["responses"] = dict(sorted((shared | declared).items()))
        return operation

    def get_operation_id(self) -> str:
        """`get_auth_sessions_by_session_id`: the method and the words of the path, which hold still."""
        path = re.sub(r"^/api/v\d+/", "", self.path)
        words = re.sub(r"\{(\w+)\}", r"by_\1", path)
        kept = re.findall(r"\w+", words.replace("-", "_"))
        return "_".join([self.method.lower(), *(["older"] if self._is_older() else []), *(kept or ["root"])])

    def get_tags(self) -> list[str]:
        """The view's own tag, else the name of its app."""
        name = getattr(self.view, "tag", "") or _app_of(type(self.view).__module__).replace("_", " ")
        return [name[:1].upper() + name[1:]]

    def get_summary(self) -> str | None:
        """The first line of the docstring."""
        return self._words()[0]

    def get_description(self) -> str:  # type: ignore[override]
        """The rest of the docstring, who may call, and which errors are particular to the operation."""
        parts = [self._words()[1], _MEANING.get(self._audience(), "")]
        if word := getattr(self.view, "permissions", {}).get(self.method):
            parts.append(f"Permission: `{word}`." if word in scopes() else f"Permission: `{word}`, of people only.")
        if right := getattr(self.view, "rights", {}).get(self.method):
            parts.append(f"Right: `{right}`.")
        if codes := ", ".join(f"`{error.code}`" for error in self._raises()):
            parts.append(f"Problem codes of its own: {codes}.")
        if limits := ", ".join(f"`{name}`" for name in of_method(getattr(self.view, "throttles", ()), self.method)):
            parts.append(f"Limits of its own: {limits}.")
        return "\n\n".join(part for part in parts if part)

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Which credentials the route takes; an open route takes them, and answers without.

        Those of programs come with the scopes that they need, and only where programs are let in.
        """
        needed = self._scopes()
        required: list[dict[str, list[str]]] = []
        for each in self.view.get_authenticators():
            offered = getattr(each, "program_schemes", ())
            found = [{scheme: needed} for scheme in offered if needed is not None]
            required += found if offered else [{getattr(each, "security_scheme", "bearerAuth"): []}]
        required.sort(key=lambda scheme: "bearerAuth" not in scheme)
        return [{}, *required] if self._audience() in promises.OPEN else required

    def is_deprecated(self) -> bool:
        return getattr(self.view, "deprecation", None) is not None

    def get_override_parameters(self) -> list[Any]:
        """What `extend_schema` adds, and the parameters of a list."""
        page = getattr(self.view, "page", None)
        listed = list_parameters(page) if page is not None and self.method == "GET" else []
        header = SHOP if self._audience() is Audience.STOREFRONT else ORGANIZATION
        acts = promises.acts_by_header(self.view, self.method)
        return [*listed, *([header] if acts else []), *self._key_parameter()]

    def get_response_serializers(self) -> Any:
        """What `extend_schema` says, or else what a compiled list reads its columns by."""
        page = getattr(self.view, "page", None)
        if isinstance(page, CompiledPage) and self.method == "GET":
            return {200: page.serializer(many=True)}
        return super().get_response_serializers()

    def get_paginated_name(self, serializer_name: str) -> str:
        """`SessionList` for a list of `Session`."""
        return f"{serializer_name}List"

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        """Requests of older paths have names of their own: they ignore unknown fields, canonical ones refuse them."""
        name: str = super().get_serializer_name(serializer, direction)
        return f"Older{name}" if direction == "request" and self._is_older() and not name.startswith("Older") else name

    def _get_paginator(self) -> "_Envelope | None":
        return _Envelope() if getattr(self.view, "page", None) is not None and self.method == "GET" else None

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> dict[str, Any]:
        schema: dict[str, Any] = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if direction == "request" and not self._is_older():
            schema["additionalProperties"] = False
        return schema

    def _problem_statuses(self) -> set[int]:
        found = promises.problems(self.view, self.method, has_parameters="{" in self.path)
        return {problem.status for problem in found}

    def _raises(self) -> tuple[type[TenonError], ...]:
        return promises.errors(self.view, self.method)

    def _idempotency(self) -> Idempotency | None:
        return promises.idempotency(self.view, self.method)

    def _key_parameter(self) -> list[OpenApiParameter]:
        rule = self._idempotency()
        if rule is None:
            return []
        shown: dict[str, Any] = {"required": rule.required, "description": _KEY_MEANING}
        return [OpenApiParameter(idempotent.HEADER, _KEY, OpenApiParameter.HEADER, **shown)]

    def _words(self) -> tuple[str, str]:
        handler = getattr(self.view, self.method.lower(), None)
        own = [each.__doc__ for each in type(self.view).__mro__ if each.__module__.startswith("tenon.")]
        text = inspect.cleandoc(getattr(handler, "__doc__", None) or next(filter(None, own), ""))
        summary, _newline, rest = text.partition("\n")
        return summary.rstrip("."), rest.strip()

    def _scopes(self) -> list[str] | None:
        """The scopes that a program needs here; None where none is let in."""
        word = getattr(self.view, "permissions", {}).get(self.method)
        match self._audience():
            case Audience.PUBLIC | Audience.STOREFRONT:
                return []
            case Audience.MEMBER if word is not None:
                return [word] if word in scopes() else None
            case Audience.MEMBER:
                return [] if self.method in getattr(self.view, "for_programs", ()) else None
        return None

    def _audience(self) -> Audience:
        return audience_of(self.view, self.method) or Audience.PUBLIC

    def _is_older(self) -> bool:
        return bool(getattr(self.view, "older", False))


class _Envelope:
    """What drf-spectacular asks of a paginator. The parameters are `list_parameters`."""

    def get_paginated_response_schema(self, schema: Any) -> dict[str, Any]:
        meta = {"$ref": "#/components/schemas/ListMeta", "example": LIST_META_EXAMPLE}
        return {"type": "object", "properties": {"data": schema, "meta": meta}, "required": ["data", "meta"]}

    def get_schema_operation_parameters(self, _view: Any) -> list[dict[str, Any]]:
        return []


def list_parameters(page: KeysetPage) -> list[OpenApiParameter]:
    """The query parameters that `page` reads."""
    sorts = [sign + name for name in page.sort_fields for sign in ("", "-")]
    limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
    order = {"type": "array", "items": {"type": "string", "enum": sorts}, "minItems": 1, "default": [page.default_sort]}
    parameters = [
        OpenApiParameter("cursor", str, description="`meta.next` or `meta.prev` of another page of this list."),
        OpenApiParameter("limit", limit, description="Rows in a page."),
        OpenApiParameter("sort", order, explode=False, style="form", description="Fields, `-` for descending."),
        OpenApiParameter("total", bool, default=True, description="`false` leaves `meta.total` out."),
    ]
    if page.numbered:
        number = {"type": "integer", "minimum": 1}
        parameters.append(OpenApiParameter("page", number, description="The number of a page, instead of a cursor."))
        parameters.append(OpenApiParameter("page_size", limit, description="Rows in a numbered page."))
    for name, operator, declared in filters.parameters(page.filters):
        parameters.append(OpenApiParameter(name, _filter_schema(operator, dict(declared.schema))))
    return parameters


def _filter_schema(operator: str, schema: dict[str, Any]) -> dict[str, Any]:
    if operator != "in":
        return schema
    described = f"Up to {filters.MAX_VALUES} values, separated by commas."
    return {"type": "string", "description": described, "examples": [str(schema.get("enum", ["a,b"])[0])]}


def _app_of(module: str) -> str:
    """`identity` for `tenon.platform.identity.api.views`: the room after the tier."""
    parts = module.split(".")
    return parts[2] if len(parts) > 2 and parts[0] == "tenon" else parts[0]
