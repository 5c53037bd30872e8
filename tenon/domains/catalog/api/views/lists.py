"""Lists of products that are ready made: what is liked, what runs low, what stands beside; and numbers."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.domains.catalog import policies, selectors, services
from tenon.domains.catalog.api import examples, showing
from tenon.domains.catalog.api.products import PAGE, ProductSerializer, represent
from tenon.domains.catalog.api.serializers.products import (
    PriceChangeSerializer,
    ProductNumbersSerializer,
    ProductsSerializer,
    RelatedProductsSerializer,
)
from tenon.domains.catalog.api.views.doors import Sharing, ShopView
from tenon.kernel import clock
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.pagination import KeysetPage
from tenon.kernel.http.views import Endpoint
from tenon.kernel.tenancy.scopes import organization_scope


class PopularView(ShopView):
    """What people like."""

    @extend_schema(responses={200: ProductsSerializer}, examples=shown(answers={200: examples.PRODUCTS}))
    def get(self, request: Request) -> Response:
        """List the popular products.

        The twelve with most approved reviews, of those whose average is 4 or better.
        """
        with organization_scope(self.organization_id, read_only=True):
            sharing = Sharing(self, request)
            rows = list(selectors.popular(staff=False)[: selectors.POPULAR_MANY])
            version = rows[0]["catalog_version"] if rows else sharing.version()
        return sharing.answer({"data": [represent(row) for row in rows]}, version)


class LowStockView(Endpoint):
    """What runs low."""

    audience = Audience.MEMBER
    permissions = {"GET": policies.READ}
    page = PAGE

    @extend_schema(responses={200: ProductSerializer(many=True)}, examples=shown(answers={200: examples.PRODUCT}))
    def get(self, request: Request) -> Response:
        """List the products that run low.

        Of which no more is available than their `min_stock_level`, or of one of their variants.
        """
        with organization_scope(self.organization_id, read_only=True):
            rows = selectors.products(staff=True).filter(selectors.LOW_STOCK)
            return Response(PAGE.paginate(request, rows, represent=represent))


class ProductNumbersView(Endpoint):
    """Numbers of the products."""

    audience = Audience.MEMBER
    permissions = {"GET": policies.READ}

    @extend_schema(responses={200: ProductNumbersSerializer}, examples=shown(answers={200: examples.PRODUCT_NUMBERS}))
    def get(self, request: Request) -> Response:
        """Count the products."""
        with organization_scope(self.organization_id, read_only=True):
            return Response({**selectors.product_numbers(), "timestamp": clock.now()})


class RelatedView(ShopView):
    """Products beside a product."""

    permissions = {"PUT": policies.MANAGE}

    @extend_schema(responses={200: ProductsSerializer}, examples=shown(answers={200: examples.PRODUCTS}))
    def get(self, request: Request, product_id: UUID) -> Response:
        """List the products beside a product."""
        with organization_scope(self.organization_id, read_only=True):
            sharing = Sharing(self, request)
            version = sharing.version()
            rows = selectors.related(product_id, staff=self.is_staff)
        return sharing.answer({"data": [represent(row) for row in rows]}, version)

    @extend_schema(
        request=RelatedProductsSerializer,
        responses={204: None},
        examples=shown(requests={"One": {"product_ids": [examples.VARIANT_ID]}}),
    )
    def put(self, request: Request, product_id: UUID) -> Response:
        """Put products beside a product.

        These, in this order, in place of those before.
        """
        wanted = self.parse(RelatedProductsSerializer)["product_ids"]
        services.relate(principal=self.principal, product_id=product_id, related_ids=wanted)
        return Response(status=204)


class PricesView(Endpoint):
    """Prices that were."""

    audience = Audience.MEMBER
    permissions = {"GET": policies.READ}
    page = KeysetPage(sort_fields={"created_at": "created_at"}, default_sort="-created_at")

    @extend_schema(responses={200: PriceChangeSerializer(many=True)}, examples=shown(answers={200: examples.PRICE}))
    def get(self, request: Request, product_id: UUID) -> Response:
        """List the changes of a product's prices.

        Those of its variants too.
        """
        with organization_scope(self.organization_id, read_only=True):
            return Response(self.page.paginate(request, selectors.prices(product_id), represent=showing.price))
