"""What the operations of the OpenAPI description share: problem answers, headers and credentials."""

from typing import Any

from tenon.kernel.http.problem_types import FOR_STATUS

PROBLEM_MEDIA_TYPE = "application/problem+json"
PROBLEM_SCHEMA = {"$ref": "#/components/schemas/Problem"}
_NAMES = {status: "".join(word.title() for word in kind.code.split("_")) for status, kind in FOR_STATUS.items()}
_COMMON = (
    "X-Request-ID",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "RateLimit",
    "RateLimit-Policy",
)
SUCCESS_HEADERS = {name: {"$ref": f"#/components/headers/{name}"} for name in _COMMON}
_OF_STATUS = {401: "WWW-Authenticate", 405: "Allow", 409: "Retry-After", 429: "Retry-After", 503: "Retry-After"}
_INTEGER, _TEXT = {"type": "integer", "minimum": 0}, {"type": "string"}

_HEADERS: dict[str, dict[str, Any]] = {
    "X-Request-ID": {
        "description": "The id of this request: yours if you sent a harmless one of up to 128 characters, else ours.",
        "schema": {"type": "string", "maxLength": 128},
    },
    "X-RateLimit-Limit": {"description": "Requests in the window of the tightest limit.", "schema": _INTEGER},
    "X-RateLimit-Remaining": {"description": "Requests left in that window.", "schema": _INTEGER},
    "X-RateLimit-Reset": {"description": "When that window ends, in seconds since 1970.", "schema": _INTEGER},
    "RateLimit": {"description": "Every limit that applies (IETF draft ratelimit-headers).", "schema": _TEXT},
    "RateLimit-Policy": {"description": "The quota and window of each limit.", "schema": _TEXT},
    "Retry-After": {"description": "Seconds to wait before trying again, where waiting helps.", "schema": _INTEGER},
    "Idempotent-Replayed": {
        "description": "There where the answer is that of an earlier request with the same Idempotency-Key.",
        "schema": {"const": "true"},
    },
    "WWW-Authenticate": {"description": "The credential that is wanted (RFC 9110).", "schema": _TEXT},
    "Allow": {"description": "The methods that the resource answers.", "schema": _TEXT},
}

_FAULT: dict[str, Any] = {
    "type": "object",
    "description": "One fault in the request: in the body by `pointer`, in the query string by `parameter`.",
    "properties": {
        "pointer": {"type": "string", "description": "JSON pointer (RFC 6901) into the body; empty for all of it."},
        "parameter": {"type": "string", "description": "The query parameter at fault."},
        "code": {"type": "string"},
        "detail": {"type": "string"},
    },
    "required": ["code", "detail"],
}

_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "What went wrong (RFC 9457). Decide by `code`, which does not change; `detail` is for people.",
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "A page that explains this kind of problem."},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}},
    },
    "required": ["type", "title", "status", "detail", "code", "request_id"],
}

_CURSOR = {"type": ["string", "null"]}
_LIST_META: dict[str, Any] = {
    "type": "object",
    "properties": {
        "next": {**_CURSOR, "description": "The `cursor` of the page after this one; null at the end."},
        "prev": {**_CURSOR, "description": "The `cursor` of the page before this one; null at the beginning."},
        "total": {"type": "integer", "minimum": 0, "description": "Rows of the whole list; absent with `total=false`."},
        "total_is_estimate": {"const": True, "description": "Present beyond 1000 rows, which are no longer counted."},
    },
    "required": ["next", "prev"],
}
LIST_META_EXAMPLE = {"next": None, "prev": None, "total": 1}

# By the names that authentication classes give as `security_scheme`.
_CREDENTIALS: dict[str, dict[str, str]] = {
    "bearerAuth": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The access token of a sign-in or a refresh.",
    },
    "apiKey": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "An API key, `tn_…`, of an organization; behind it stand the scopes that the operation needs.",
    },
    "apiKeyBearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "tn_<environment>_<id>_<secret>_<checksum>",
        "description": "The same API key as `Authorization: Bearer tn_…`.",
    },
    "portalSession": {
        "type": "apiKey",
        "in": "cookie",
        "name": "tenon_portal",
        "description": "The portal's cookie, for its own pages; what changes something wants `X-CSRFToken` beside it.",
    },
    "internalToken": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Internal-Token",
        "description": "The token with which the operator's own monitors look at details.",
    },
}


def response_name(status: int) -> str:
    """The component that describes a problem of this status: `NotFound` for 404."""
    return _NAMES[status]


def add_components(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A postprocessing hook of drf-spectacular (settings.SPECTACULAR_SETTINGS) that adds the shared components."""
    components = result.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas.update(Fault=_FAULT, ListMeta=_LIST_META, Problem=_PROBLEM)
    components["schemas"] = dict(sorted(schemas.items()))
    components["headers"] = dict(sorted(_HEADERS.items()))
    components["responses"] = {response_name(status): _response(status) for status in sorted(_NAMES)}
    components["securitySchemes"] = _CREDENTIALS
    return result


def _response(status: int) -> dict[str, Any]:
    kind = FOR_STATUS[status]
    names = [*_COMMON, *([_OF_STATUS[status]] if status in _OF_STATUS else [])]
    example: dict[str, Any] = {
        "type": f"https://api.example.com/problems/{kind.code}/",
        "title": str(kind.title),
        "status": status,
        "detail": str(kind.detail),
        "code": kind.code,
        "request_id": "0199f6f0-4c1e-7a52-9d3c-5b6f1f0a7e21",
    }
    if kind.code == "invalid":
        example["errors"] = [{"pointer": "/email", "code": "required", "detail": "This field is required."}]
    return {
        "description": f"{kind.title}.",
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
        "content": {PROBLEM_MEDIA_TYPE: {"schema": PROBLEM_SCHEMA, "example": example}},
    }
