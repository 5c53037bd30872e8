"""The `webhooks` section of the OpenAPI description: what subscribers receive, one entry for each public event type."""

from typing import Any

from tenon.kernel.outbox.catalogue import EventType, catalogue

TAG = "Events"
_UUID = {"type": "string", "format": "uuid"}
_HEADERS = (
    ("webhook-id", "The id of the message, the same at every attempt: what was seen before can be passed over."),
    ("webhook-timestamp", "When this attempt was made, in seconds since 1970."),
    ("webhook-signature", "Signatures of the message, one for each secret in force, separated by spaces."),
)


def add_webhooks(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A postprocessing hook of drf-spectacular (settings.SPECTACULAR_SETTINGS) that adds what the catalogue holds."""
    types = catalogue()
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    for each in types:
        schemas[component_name(each.name)] = body_schema(each)
    result["webhooks"] = {each.name: {"post": _operation(each)} for each in types}
    return result


def component_name(name: str) -> str:
    """`EventOrganizationsMemberJoined` for `organizations.member_joined`."""
    return "Event" + "".join(word.title() for word in name.replace(".", "_").split("_"))


def body_schema(kind: EventType) -> dict[str, Any]:
    """The JSON Schema of the whole message, as `PublicEvent.body` writes it."""
    return {
        "type": "object",
        "description": _text(kind),
        "properties": {
            "id": {**_UUID, "description": "The id of the event, however often and by which way it is told."},
            "type": {"const": kind.name},
            "timestamp": {"type": "string", "format": "date-time", "description": "When it happened."},
            "organization_id": {**_UUID, "description": "The organization in which it happened."},
            "data": kind.schema,
        },
        "required": ["id", "type", "timestamp", "organization_id", "data"],
    }


def _operation(kind: EventType) -> dict[str, Any]:
    reference = {"$ref": f"#/components/schemas/{component_name(kind.name)}"}
    return {
        "operationId": f"webhook_{kind.name.replace('.', '_')}",
        "summary": kind.summary,
        "description": _text(kind),
        "tags": [TAG],
        "parameters": [
            {"name": name, "in": "header", "required": True, "description": text, "schema": {"type": "string"}}
            for name, text in _HEADERS
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": reference, "example": kind.example.body()}},
        },
        "responses": {
            "2XX": {"description": "Received. Any other answer, a redirect included, is a failure and is tried again."}
        },
    }


def _text(kind: EventType) -> str:
    return f"{kind.summary}.\n\n{kind.description}".strip()
