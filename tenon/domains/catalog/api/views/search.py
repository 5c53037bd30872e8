"""The search of a shop."""

from dataclasses import replace
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.domains.catalog import policies, selectors
from tenon.domains.catalog.api import found as answers
from tenon.domains.catalog.api import searching
from tenon.domains.catalog.api.found import FoundSerializer
from tenon.domains.catalog.selectors import found
from tenon.domains.catalog.selectors.search import MOST
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.cursors import InvalidCursor
from tenon.kernel.http.examples import shown
from tenon.kernel.http.views import Endpoint
from tenon.kernel.tenancy.scopes import organization_scope

_CATEGORY = {"id": "0199f6f0-4c1e-7a52-9d3c-000000000052", "name": "Mugs", "slug": "mugs"}
_MONEY = {"amount": 2499, "currency": "USD"}
_EXAMPLE = {
    "id": "0199f6f0-4c1e-7a52-9d3c-000000000051",
    "name": "Celadon mug",
    "slug": "celadon-mug",
    "sku": "MUG-01",
    "price": "24.99",
    "price_money": _MONEY,
    "compare_price": None,
    "compare_price_money": None,
    "category": _CATEGORY,
    "image_file_id": None,
    "image_alt": "",
    "is_featured": False,
    "rating_count": 12,
    "average_rating": 4.5,
    "highlights": {"name": "Celadon <mark>mug</mark>", "description": "A <mark>mug</mark> of stoneware, glazed twice."},
}
_FACETS = {
    "categories": [{**_CATEGORY, "count": 1}],
    "prices": [{"currency": "USD", "from": "20.00", "to": "50.00", "lowest": "24.99", "highest": "24.99", "count": 1}],
    "tags": [{"value": "stoneware", "count": 1}],
    "attributes": [{"name": "glaze", "values": [{"value": "celadon", "count": 1}]}],
}
_ANSWER = {
    "data": [_EXAMPLE],
    "meta": {"next": None, "prev": None, "total": 1, "approximate": False},
    "facets": _FACETS,
}


class ProductSearchView(Endpoint):
    """The search."""

    audience = Audience.STOREFRONT
    tag = "Catalog"
    throttles = ("search",)
    raises = (InvalidCursor,)

    @extend_schema(
        parameters=searching.parameters(), responses={200: FoundSerializer}, examples=shown(answers={200: _ANSWER})
    )
    def get(self, request: Request) -> Response:
        """Search products.

        Those that have every word, case and accents aside; the last one may be the beginning of a word until a space
        follows. What has them in its name comes first, then in SKU, barcode and tags, then with its category and
        attributes, then in its description. Where nothing has them, products whose names resemble them, if the database
        can tell. Staff with the permission `catalog:read` find what is not active as well.
        """
        search = searching.read(request)
        hidden = policies.READ in self.principal.permissions
        body: dict[str, Any]
        with organization_scope(self.organization_id, read_only=True):
            rows = selectors.narrowed(search.narrowing, hidden=hidden)
            listing = search.listing
            matching = found.products(search.question, rows, hidden=hidden, cursor=listing.cursor, limit=listing.limit)
            cards = found.cards([row["id"] for row in matching.page.rows])
            # One that was deleted in between is not shown any more.
            page = replace(matching.page, rows=[row for row in matching.page.rows if row["id"] in cards])
            counted = found.facets(search.question, rows, hidden=hidden) if search.facets else None
        total = {"total": matching.total, **({"total_is_estimate": True} if matching.total >= MOST else {})}
        body = listing.answer(
            page,
            represent=lambda row: answers.product(cards[row["id"]], search.question),
            total=lambda: total,
        )
        body["meta"]["approximate"] = matching.approximate
        if counted is not None:
            body["facets"] = answers.facets(counted)
        return Response(body)
