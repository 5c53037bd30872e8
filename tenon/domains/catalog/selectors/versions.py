"""How often a catalog has changed."""

from tenon.domains.catalog.models import CatalogVersion


def catalog_version() -> int:
    """How many changes shoppers could have seen, in the open organization scope. One query."""
    return CatalogVersion.objects.values_list("number", flat=True).first() or 0
