"""Pictures of products: put there by staff, read by anybody."""

from uuid import UUID

from django.http import FileResponse, HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.domains.catalog import policies, selectors, services
from tenon.domains.catalog.api import details, examples
from tenon.domains.catalog.api.serializers.parts import (
    NewProductImageSerializer,
    ProductImageChangeSerializer,
    ProductImageSerializer,
    ProductImagesSerializer,
)
from tenon.domains.catalog.api.views.doors import Sharing, ShopView
from tenon.domains.catalog.errors import TooMany, UnusableImage
from tenon.domains.catalog.services.images import WIDTHS
from tenon.kernel.errors import NotFound
from tenon.kernel.http import conditional
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.views import Endpoint
from tenon.kernel.idempotency.rules import Idempotency
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.files import selectors as files

_BINARY = "application/octet-stream"
# The bytes under an address never change: another picture has another id.
_KEPT = "public, max-age=86400, stale-while-revalidate=604800"


class ImagesView(ShopView):
    """Pictures of a product."""

    permissions = {"POST": policies.MANAGE}
    idempotency = {"POST": Idempotency()}
    raises = {"POST": (UnusableImage, TooMany)}

    @extend_schema(responses={200: ProductImagesSerializer}, examples=shown(answers={200: {"data": [examples.IMAGE]}}))
    def get(self, request: Request, product_id: UUID) -> Response:
        """List the pictures of a product."""
        with organization_scope(self.organization_id, read_only=True):
            sharing = Sharing(self, request)
            version = sharing.version()
            selectors.require_product(product_id, staff=self.is_staff)
            found = details.images(product_id)
        return sharing.answer({"data": found}, version)

    @extend_schema(
        request=NewProductImageSerializer,
        responses={201: ProductImageSerializer},
        examples=shown(requests={"An uploaded file": examples.NEW_IMAGE}, answers={201: examples.IMAGE}),
    )
    def post(self, request: Request, product_id: UUID) -> Response:
        """Show a picture of a product.

        Upload it first, with the purpose `product_image`. The first one is the primary picture; smaller ones are made
        within moments.
        """
        values = self.parse(NewProductImageSerializer)
        with organization_scope(self.organization_id):
            made = services.add_image(
                principal=self.principal, product_id=product_id, file_id=values.pop("file_id"), values=values
            )
            body = details.image(product_id, made)
        headers = {"Location": reverse("catalog:image", args=[product_id, made])}
        return Response(body, status=status.HTTP_201_CREATED, headers=headers)


class ImageView(Endpoint):
    """One picture."""

    audience = Audience.MEMBER
    permissions = {"PATCH": policies.MANAGE, "DELETE": policies.MANAGE}

    @extend_schema(
        request=ProductImageChangeSerializer,
        responses={200: ProductImageSerializer},
        examples=shown(requests={"Primary": {"is_primary": True}}, answers={200: examples.IMAGE}),
    )
    def patch(self, request: Request, product_id: UUID, image_id: UUID) -> Response:
        """Change a picture of a product."""
        changes = self.parse(ProductImageChangeSerializer)
        with organization_scope(self.organization_id):
            services.update_image(principal=self.principal, product_id=product_id, image_id=image_id, changes=changes)
            return Response(details.image(product_id, image_id))

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, product_id: UUID, image_id: UUID) -> Response:
        """Take a picture of a product away.

        Its files go with it; the next picture becomes the primary one.
        """
        services.delete_image(principal=self.principal, product_id=product_id, image_id=image_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class _WidthSerializer(serializers.Serializer[None]):
    """How large the picture is to be."""

    width = serializers.ChoiceField(choices=WIDTHS, required=False)


class ImageContentView(ShopView):
    """The bytes of a picture."""

    @extend_schema(
        parameters=[OpenApiParameter("width", {"type": "integer", "enum": list(WIDTHS)})],
        responses={(200, _BINARY): OpenApiTypes.BINARY},
        examples=shown(answers={200: "(bytes)"}, media_type=_BINARY),
    )
    def get(self, request: Request, image_id: UUID) -> HttpResponseBase:
        """Receive a picture of a product.

        With `width` the smaller one of so many pixels on its longer side; as it is, while there is none.
        """
        width = self.parse_query(_WidthSerializer).get("width")
        with organization_scope(self.organization_id, read_only=True):
            image = selectors.shown_image(image_id, staff=self.is_staff)
        file_id = UUID(image.renditions.get(str(width), str(image.file_id)))
        content = files.open_file(organization_id=self.organization_id, file_id=file_id, inline=True)
        if content is None:
            raise NotFound
        try:
            conditional.check(request, etag := f'"{content.checksum}"')
        except BaseException:
            content.stream.close()
            raise
        headers = {
            "Content-Length": str(content.size),
            "Content-Disposition": content.disposition,
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Cache-Control": _KEPT if image.is_public else "private, no-cache",
            "Accept-Ranges": "none",
            "Vary": "X-Organization-ID",
            "ETag": etag,
        }
        response = FileResponse(content.stream, content_type=content.content_type)
        for name, value in headers.items():
            response[name] = value
        return response
