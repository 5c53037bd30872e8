"""The names of an older contract by which products can be asked for too."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter

from tenon.domains.catalog.api.products import OLDER

_SORTS = [sign + name for name in ("created_at", "name", "price", "stock") for sign in ("", "-")]
_SCHEMAS: dict[str, dict[str, Any]] = {
    "active": {"type": "boolean"},
    "category": {"type": "string", "format": "uuid"},
    "in_stock": {"type": "boolean"},
    "low_stock": {"type": "boolean"},
    "max_price": {"type": "string", "pattern": r"^\d{1,18}(\.\d{1,9})?$"},
    "min_price": {"type": "string", "pattern": r"^\d{1,18}(\.\d{1,9})?$"},
    "min_stock": {"type": "integer", "format": "int64"},
    "ordering": {"type": "string", "enum": _SORTS},
}
_WORDS: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 200}
OLDER_PARAMETERS = [
    OpenApiParameter(older, _SCHEMAS.get(older, _WORDS), description=f"The same as `{ours}`.")
    for older, ours in OLDER.items()
]
