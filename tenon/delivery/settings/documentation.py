"""What the OpenAPI description says of the whole; each operation says the rest of itself."""

from tenon import __version__

_DESCRIPTION = """\
One backend from which five products run: identity, organizations, commerce, moderation, agents and transit.

**Conventions.** JSON in UTF-8 with snake_case names; timestamps are RFC 3339 in UTC; ids are UUIDs; amounts of money
are decimal strings. A path is served with and without its last slash. Unknown fields of a request are refused with 400,
and so are unknown parameters of a list; the older paths of the systems that came before ignore them. Version 1 is meant
by the path `/api/v1/` and by `Accept: application/json;version=v1`.

**Signing in.** `POST /api/v1/auth/login/` answers an access token, which goes into `Authorization: Bearer …`, and a
refresh token, which `POST /api/v1/auth/refresh/` takes for the next pair.

**Organizations.** A request acts in the organization that its path names; else in the one of `X-Organization-ID` (an
id or a slug), else in the caller's current one. What belongs to another organization is not found.

**Failures** are problem details (RFC 9457) of the media type `application/problem+json`. Decide by `code`; `errors`
points at the fields at fault. Every answer carries `X-Request-ID`; name it when you ask for help.

**Lists** answer `{"data": […], "meta": {"next", "prev", "total"}}`. Pass `meta.next` as `cursor` to read on.
"""

SPECTACULAR_SETTINGS = {
    "TITLE": "Tenon API",
    "DESCRIPTION": _DESCRIPTION,
    "VERSION": __version__,
    "LICENSE": {"name": "MIT", "identifier": "MIT"},
    "OAS_VERSION": "3.1.1",
    "SERVERS": [{"url": "/", "description": "This deployment"}],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SCHEMA_PATH_PREFIX": "",
    "SERVE_INCLUDE_SCHEMA": False,
    "SORT_OPERATION_PARAMETERS": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "tenon.kernel.http.openapi_components.add_components",
    ],
    "TAGS": [
        {"name": "Identity", "description": "Accounts, sessions and passwords."},
        {"name": "Organizations", "description": "Who works together, as what, and who is invited to."},
        {"name": "Operations", "description": "Health, metrics and the description of this API."},
        {"name": "KitoDeck", "description": "Older paths of KitoDeck. Unknown fields of a request are ignored."},
        {"name": "Boilerplate", "description": "Older paths of the boilerplate. Unknown fields are ignored."},
        {"name": "Kairos", "description": "Older paths of Kairos. Unknown fields of a request are ignored."},
    ],
}
