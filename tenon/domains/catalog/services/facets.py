"""The rows that products are found and counted by, kept equal to their attributes and tags."""

from collections.abc import Iterator, Mapping
from typing import Any

from tenon.domains.catalog.models import Product, ProductFacet, ProductVariant

TAG = ""  # the name under which tags stand


def write_facets(product: Product) -> None:
    """Make the rows of a product those of its attributes and tags, and of its active variants' attributes."""
    variants = ProductVariant.objects.filter(product=product, is_active=True).values_list("attributes", flat=True)
    wanted = {(TAG, tag) for tag in product.tags}
    for attributes in (product.attributes, *variants):
        wanted.update(pairs_of(attributes))
    present = {(row.name, row.value): row.pk for row in ProductFacet.objects.filter(product=product)}
    if gone := [pk for pair, pk in present.items() if pair not in wanted]:
        ProductFacet.objects.filter(pk__in=gone).delete()
    ProductFacet.objects.bulk_create(
        ProductFacet(product=product, name=name, value=value) for name, value in sorted(wanted - present.keys())
    )


def pairs_of(attributes: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each attribute with each of its values."""
    for name, values in attributes.items():
        for value in [values] if isinstance(values, str) else values:
            yield name, value
