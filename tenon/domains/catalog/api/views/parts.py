"""Variants of a product, and what is in stock of it."""

from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.domains.catalog import policies, selectors, services
from tenon.domains.catalog.api import details, examples
from tenon.domains.catalog.api.serializers.parts import (
    NewVariantSerializer,
    StockChangeSerializer,
    VariantChangeSerializer,
    VariantSerializer,
    VariantsSerializer,
)
from tenon.domains.catalog.api.serializers.products import (
    ProductInFullSerializer,
)
from tenon.domains.catalog.api.views.doors import Sharing, ShopView
from tenon.domains.catalog.errors import ProductInUse, SkuTaken, StockSetAside, TooMany
from tenon.domains.catalog.services import stock
from tenon.kernel import clock
from tenon.kernel.errors import PreconditionFailed
from tenon.kernel.http import conditional
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.views import Endpoint
from tenon.kernel.idempotency.rules import Idempotency
from tenon.kernel.money import CurrencyMismatch, InvalidAmount
from tenon.kernel.tenancy.scopes import organization_scope

_VALUES = (InvalidAmount, CurrencyMismatch, SkuTaken)


class VariantsView(ShopView):
    """Variants of a product."""

    permissions = {"POST": policies.MANAGE}
    idempotency = {"POST": Idempotency()}
    raises = {"POST": (*_VALUES, TooMany)}

    @extend_schema(responses={200: VariantsSerializer}, examples=shown(answers={200: {"data": [examples.VARIANT]}}))
    def get(self, request: Request, product_id: UUID) -> Response:
        """List the variants of a product."""
        staff = self.is_staff
        with organization_scope(self.organization_id, read_only=True):
            sharing = Sharing(self, request)
            version = sharing.version()
            selectors.require_product(product_id, staff=staff)
            found = details.variants(product_id, staff=staff)
        return sharing.answer({"data": found}, version)

    @extend_schema(
        request=NewVariantSerializer,
        responses={201: VariantSerializer},
        examples=shown(requests={"A blue one": examples.NEW_VARIANT}, answers={201: examples.VARIANT}),
    )
    def post(self, request: Request, product_id: UUID) -> Response:
        """Make a variant of a product.

        A product with active variants is bought as one of them.
        """
        values = self.parse(NewVariantSerializer)
        with organization_scope(self.organization_id):
            made = services.create_variant(
                principal=self.principal, product_id=product_id, values=values, now=clock.now()
            )
            found = details.variant(product_id, made, staff=True)
        headers = {"Location": reverse("catalog:variant", args=[product_id, made]), "ETag": _tag(made, *found.also)}
        return Response(found.body, status=status.HTTP_201_CREATED, headers=headers)


class VariantView(ShopView):
    """One variant."""

    permissions = {"PATCH": policies.MANAGE, "DELETE": policies.MANAGE}
    raises = {"PATCH": (*_VALUES, PreconditionFailed), "DELETE": (ProductInUse, PreconditionFailed)}

    @extend_schema(responses={200: VariantSerializer}, examples=shown(answers={200: examples.VARIANT}))
    def get(self, request: Request, product_id: UUID, variant_id: UUID) -> Response:
        """Read a variant."""
        staff = self.is_staff
        with organization_scope(self.organization_id, read_only=True):
            selectors.require_product(product_id, staff=staff)
            found = details.variant(product_id, variant_id, staff=staff)
        tag = _tag(variant_id, *found.also)
        conditional.check(request, tag)
        return Response(found.body, headers={"ETag": tag})

    @extend_schema(
        request=VariantChangeSerializer,
        responses={200: VariantSerializer},
        examples=shown(requests={"Dearer": {"price": "27.99"}}, answers={200: examples.VARIANT}),
    )
    def patch(self, request: Request, product_id: UUID, variant_id: UUID) -> Response:
        """Change a variant.

        With If-Match only if nobody has changed it since you read it.
        """
        changes = self.parse(VariantChangeSerializer)
        with organization_scope(self.organization_id):
            services.update_variant(
                principal=self.principal,
                product_id=product_id,
                variant_id=variant_id,
                changes=changes,
                precondition=lambda version: conditional.check(request, _tag(variant_id, version)),
            )
            found = details.variant(product_id, variant_id, staff=True)
        return Response(found.body, headers={"ETag": _tag(variant_id, *found.also)})

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, product_id: UUID, variant_id: UUID) -> Response:
        """Delete a variant.

        One that was ordered stays: take it out of the shop with `is_active`.
        """
        services.delete_variant(
            principal=self.principal,
            product_id=product_id,
            variant_id=variant_id,
            precondition=lambda version: conditional.check(request, _tag(variant_id, version)),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class UpdateStockView(Endpoint):
    """What is in stock of a product."""

    audience = Audience.MEMBER
    permissions = {"POST": policies.MANAGE_STOCK}
    idempotency = {"POST": Idempotency()}
    raises = (StockSetAside,)

    @extend_schema(
        request=StockChangeSerializer,
        responses={200: ProductInFullSerializer},
        examples=shown(
            requests={"Counted": {"stock": 40}, "Came in": {"quantity_change": 24, "kind": "purchase"}},
            answers={200: examples.IN_FULL},
        ),
    )
    def post(self, request: Request, product_id: UUID) -> Response:
        """Change what is in stock of a product.

        Of a variant, where one is named. Each change is kept as a movement.
        """
        given = self.parse(StockChangeSerializer)
        with organization_scope(self.organization_id):
            stock.adjust(
                principal=self.principal,
                product_id=product_id,
                variant_id=given.get("variant_id"),
                kind=given["kind"],
                change=given.get("quantity_change"),
                to=given.get("stock"),
                note=given["note"],
                now=clock.now(),
            )
            return Response(details.completed(details.product(product_id, staff=True), staff=True))


def _tag(variant_id: UUID, version: int) -> str:
    return conditional.etag("variant", variant_id, version)
