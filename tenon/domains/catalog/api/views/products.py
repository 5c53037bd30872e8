"""Products: anybody reads what is offered, staff read and write all."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.domains.catalog import policies, services
from tenon.domains.catalog.api import details, examples
from tenon.domains.catalog.api.older import OLDER_PARAMETERS
from tenon.domains.catalog.api.products import PAGE, is_live
from tenon.domains.catalog.api.serializers.products import (
    NewProductSerializer,
    ProductChangeSerializer,
    ProductInFullSerializer,
    ProductPutSerializer,
)
from tenon.domains.catalog.api.views.doors import Sharing, ShopView
from tenon.domains.catalog.errors import BarcodeTaken, ProductInUse, SkuTaken, SlugTaken, StockSetAside
from tenon.kernel import clock
from tenon.kernel.errors import PreconditionFailed
from tenon.kernel.http import conditional
from tenon.kernel.http.examples import shown
from tenon.kernel.idempotency.rules import Idempotency
from tenon.kernel.money import CurrencyMismatch, InvalidAmount, UnknownCurrency
from tenon.kernel.tenancy.scopes import organization_scope

_VALUES = (InvalidAmount, CurrencyMismatch, SlugTaken, SkuTaken, BarcodeTaken)
_CHANGES = (*_VALUES, StockSetAside, PreconditionFailed)


class ProductsView(ShopView):
    """Products of a shop."""

    permissions = {"POST": policies.MANAGE}
    idempotency = {"POST": Idempotency()}
    raises = {"POST": (*_VALUES, UnknownCurrency)}
    page = PAGE

    @extend_schema(parameters=OLDER_PARAMETERS, examples=shown(answers={200: examples.PRODUCT}))
    def get(self, request: Request) -> Response:
        """List the products.

        Shoppers are shown those that are active; members of the organization with `catalog:read` all of them, or
        those of `filter[active]`. Guests may keep the answer and ask with If-None-Match whether it still holds.
        """
        with organization_scope(self.organization_id, read_only=True):
            sharing = Sharing(self, request, live=is_live(request))
            found = PAGE.listed(request, staff=self.is_staff)
            version = found.also[0] if found.also else sharing.version()
        return sharing.answer(found.body, version)

    @extend_schema(
        request=NewProductSerializer,
        responses={201: ProductInFullSerializer},
        examples=shown(requests={"A mug": examples.NEW_PRODUCT}, answers={201: examples.IN_FULL}),
    )
    def post(self, request: Request) -> Response:
        """Make a product."""
        values = self.parse(NewProductSerializer)
        with organization_scope(self.organization_id):
            made = services.create_product(principal=self.principal, values=values, now=clock.now())
            found = details.product(made, staff=True)
            body = details.completed(found, staff=True)
        headers = {"Location": reverse("catalog:product", args=[made]), "ETag": _tag(made, found.version)}
        return Response(body, status=status.HTTP_201_CREATED, headers=headers)


class ProductView(ShopView):
    """One product."""

    permissions = {"PUT": policies.MANAGE, "PATCH": policies.MANAGE, "DELETE": policies.MANAGE}
    raises = {"PUT": _CHANGES, "PATCH": _CHANGES, "DELETE": (ProductInUse, PreconditionFailed)}

    @extend_schema(responses={200: ProductInFullSerializer}, examples=shown(answers={200: examples.IN_FULL}))
    def get(self, request: Request, product_id: UUID) -> Response:
        """Read a product.

        With its variants, pictures and latest approved reviews. Staff read costs and exact stock besides, and an ETag
        for the If-Match of a change.
        """
        staff = self.is_staff
        with organization_scope(self.organization_id, read_only=True):
            sharing = Sharing(self, request, ask_first=False)
            found = details.product(product_id, staff=staff)
            sharing.require_changed(found.catalog_version)
            body = details.completed(found, staff=staff)
        if staff:
            return Response(body, headers={"ETag": _tag(product_id, found.version)})
        return sharing.answer(body, found.catalog_version)

    @extend_schema(
        request=ProductPutSerializer,
        responses={200: ProductInFullSerializer},
        examples=shown(
            requests={"Cheaper": {"name": "Enamel mug", "sku": "MUG-01", "price": "19.99"}},
            answers={200: examples.IN_FULL},
        ),
    )
    def put(self, request: Request, product_id: UUID) -> Response:
        """Put a product.

        What may be left out keeps its value. With If-Match only if nobody has changed it since you read it.
        """
        return self._change(request, product_id, self.parse(ProductPutSerializer))

    @extend_schema(
        request=ProductChangeSerializer,
        responses={200: ProductInFullSerializer},
        examples=shown(requests={"Cheaper": {"price": "19.99"}}, answers={200: examples.IN_FULL}),
    )
    def patch(self, request: Request, product_id: UUID) -> Response:
        """Change a product.

        With If-Match only if nobody has changed it since you read it. What is in stock is changed by `update_stock/`.
        """
        return self._change(request, product_id, self.parse(ProductChangeSerializer))

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, product_id: UUID) -> Response:
        """Delete a product.

        One that was ordered stays: take it out of the shop with `is_active`.
        """
        services.delete_product(
            principal=self.principal,
            product_id=product_id,
            precondition=lambda version: conditional.check(request, _tag(product_id, version)),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _change(self, request: Request, product_id: UUID, changes: dict[str, Any]) -> Response:
        with organization_scope(self.organization_id):
            services.update_product(
                principal=self.principal,
                product_id=product_id,
                changes=changes,
                precondition=lambda version: conditional.check(request, _tag(product_id, version)),
            )
            found = details.product(product_id, staff=True)
            body = details.completed(found, staff=True)
        return Response(body, headers={"ETag": _tag(product_id, found.version)})


def _tag(product_id: UUID, version: int) -> str:
    return conditional.etag("product", product_id, version)
