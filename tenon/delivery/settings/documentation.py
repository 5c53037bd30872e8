"""What the OpenAPI description says of the whole; each operation says the rest of itself."""

from collections.abc import Collection
from typing import Any

from tenon import __version__

_DESCRIPTION = """\
One backend from which five products run: identity, organizations, commerce, moderation, agents and transit.

**Conventions.** JSON in UTF-8 with snake_case names; timestamps are RFC 3339 in UTC; ids are UUIDs; amounts of money
are decimal strings. A path is served with and without its last slash. Unknown fields of a request are refused with 400,
and so are unknown parameters of a list; the older paths of the systems that came before ignore them. Version 1 is meant
by the path `/api/v1/` and by `Accept: application/json;version=v1`.

**Signing in.** `POST /api/v1/auth/login/` answers an access token, which goes into `Authorization: Bearer …`, and a
refresh token, which `POST /api/v1/auth/refresh/` takes for the next pair.

**Programs** call with an API key of an organization, `tn_…`, as `Authorization: Bearer` or `X-API-Key`. Each operation
says which scope a key needs; the others are for people. `GET /api/v1/api-keys/current/` says what a key is.

**Organizations.** A request acts in the organization that its path names; else in the one of `X-Organization-ID` (an
id or a slug), else in the caller's current one. What belongs to another organization is not found.

**Failures** are problem details (RFC 9457) of the media type `application/problem+json`. Decide by `code`; `errors`
points at the fields at fault. Every answer carries `X-Request-ID`; name it when you ask for help.

**Lists** answer `{"data": […], "meta": {"next", "prev", "total"}}`. Pass `meta.next` as `cursor` to read on.
"""

_SPECTACULAR = {
    "TITLE": "Tenon API",
    "DESCRIPTION": _DESCRIPTION,
    "VERSION": __version__,
    "LICENSE": {"name": "MIT", "identifier": "MIT"},
    "OAS_VERSION": "3.1.1",
    "SERVERS": [{"url": "/", "description": "This deployment"}],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    # Enumerations of fields that are called alike.
    "ENUM_NAME_OVERRIDES": {
        "ApiKeyStateEnum": ["active", "expired", "revoked"],
        "ReviewStateEnum": ["pending", "approved", "rejected"],
        "StockMovementKindEnum": ["sale", "purchase", "adjustment", "return", "damage"],
        "WebhookDeliveryStateEnum": ["pending", "delivered", "failed", "skipped"],
        "StatusEnum": ["healthy", "unhealthy"],
        "PaymentMethodEnum": ["credit_card", "paypal", "bank_transfer", "cash_on_delivery"],
        "PaymentStateEnum": ["pending", "processing", "captured", "failed", "cancelled"],
        "PaymentAttemptStateEnum": ["started", "succeeded", "failed"],
        "RefundStateEnum": ["pending", "succeeded", "failed"],
        "OrderStatusEnum": ["pending", "confirmed", "processing", "shipped", "delivered", "cancelled", "refunded"],
        "OrderStepEnum": ["confirmed", "processing", "shipped", "delivered", "cancelled"],
        "ShipmentStatusEnum": ["shipped", "delivered"],
        "ReturnStatusEnum": ["requested", "approved", "rejected", "received"],
        "ReturnStepEnum": ["approved", "rejected", "received"],
    },
    "SCHEMA_PATH_PREFIX": "",
    "SERVE_INCLUDE_SCHEMA": False,
    "SORT_OPERATION_PARAMETERS": False,
    "PREPROCESSING_HOOKS": ["tenon.kernel.http.openapi_selection.without_staff"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "tenon.kernel.outbox.openapi.add_webhooks",
        "tenon.kernel.http.openapi_components.add_components",
    ],
}

_TAGS = [
    {"name": "Identity", "description": "Accounts, sessions and passwords."},
    {"name": "Organizations", "description": "Who works together, as what, and who is invited to."},
    {
        "name": "Events",
        "description": "What happened in an organization, to be read in order or received as it happens.",
    },
    {"name": "Api keys", "description": "With which programs act for an organization, and what each may do."},
    {"name": "Webhooks", "description": "Where an organization's events are sent, and what became of each."},
    {"name": "Flags", "description": "Which features are on for the caller."},
    {"name": "Notifications", "description": "What you are told, over which channels, and on which devices."},
    {"name": "Background work", "description": "What requests have started and do not wait for."},
    {"name": "Audit", "description": "What was done in an organization, by whom, and what was refused."},
    {"name": "Files", "description": "Sent, examined, kept, and given out by signed addresses."},
    {"name": "Catalog", "description": "What a shop offers: categories, products, stock and reviews."},
    {"name": "Orders", "description": "Carts, checkout, orders, payments, shipments, returns and refunds."},
    {"name": "Reports", "description": "What a shop has earned, sold most and should order anew; JSON or CSV."},
    {"name": "Operations", "description": "Health, metrics and the description of this API."},
    {"name": "KitoDeck", "description": "Older paths of KitoDeck. Unknown fields of a request are ignored."},
    {"name": "Boilerplate", "description": "Older paths of the boilerplate. Unknown fields are ignored."},
    {"name": "Kairos", "description": "Older paths of Kairos. Unknown fields of a request are ignored."},
    {"name": "Kastoma", "description": "Older paths of Kastoma. Unknown fields of a request are ignored."},
]
# Which module a tag is of, where it is not the platform's.
_MODULES = {"Catalog": "catalog", "Orders": "orders", "Reports": "catalog", "Kastoma": "catalog"}


def spectacular(*, modules: Collection[str]) -> dict[str, Any]:
    """drf-spectacular's settings, with the tags of the platform and of `modules`."""
    tags = [tag for tag in _TAGS if _MODULES.get(tag["name"]) in (None, *modules)]
    return {**_SPECTACULAR, "TAGS": tags}


_ADMIN_DESCRIPTION = """\
What a web application of the operators calls. For staff only: with the portal's cookie, and then with its CSRF token as
`X-CSRFToken` on whatever changes something, or with a bearer token. A group of staff gives the rights that an operation
names; what names none is for superusers. Requests are not limited, and every change, tried or done, is a row of the
audit log. Conventions are those of the API itself.
"""

# What differs for the description of the admin API.
ADMIN_SPECTACULAR_SETTINGS = {
    "TITLE": "Tenon admin API",
    "DESCRIPTION": _ADMIN_DESCRIPTION,
    "PREPROCESSING_HOOKS": ["tenon.kernel.http.openapi_selection.only_staff"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "tenon.kernel.http.openapi_components.add_components",
    ],
    "TAGS": [
        {"name": "Users", "description": "Accounts: found, disabled, signed out; and who you are here."},
        {"name": "Audit", "description": "Who did what, when, with which parameters and outcome."},
        {"name": "Features", "description": "Feature flags: what is on, and for whom."},
        {"name": "Jobs", "description": "Background work: what there is, what ran, what failed for good, schedules."},
        {"name": "Metrics", "description": "What there is, what came when, and how long requests took."},
    ],
}
