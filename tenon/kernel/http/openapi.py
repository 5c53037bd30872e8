"""The OpenAPI description of an operation, with what every operation has in common."""

from drf_spectacular.openapi import AutoSchema as SpectacularAutoSchema


class AutoSchema(SpectacularAutoSchema):
    """Describes one operation."""
