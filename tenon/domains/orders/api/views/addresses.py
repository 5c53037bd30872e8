"""The caller's address book with this shop."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.domains.orders.api import address_serializers as shapes
from tenon.domains.orders.errors import TooManyAddresses
from tenon.domains.orders.selectors import addresses as selectors
from tenon.domains.orders.services import addresses as services
from tenon.kernel.errors import Forbidden, Unauthenticated
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.pagination import KeysetPage
from tenon.kernel.http.views import Endpoint
from tenon.kernel.idempotency.rules import Idempotency
from tenon.kernel.principal import PROGRAMS
from tenon.kernel.tenancy.scopes import organization_scope


class BookEndpoint(Endpoint):
    """A route about the caller's addresses. A guest has none, and a program neither."""

    audience = Audience.STOREFRONT
    tag = "Orders"

    @property
    def person_id(self) -> UUID:
        """Whose book it is. Raises Unauthenticated, Forbidden."""
        if self.principal.kind in PROGRAMS:
            raise Forbidden
        if self.principal.id is None:
            raise Unauthenticated
        return self.principal.id


class AddressesView(BookEndpoint):
    """Your addresses."""

    raises = {"GET": (Unauthenticated, Forbidden), "POST": (Unauthenticated, Forbidden, TooManyAddresses)}
    idempotency = {"POST": Idempotency()}
    page = KeysetPage(sort_fields={"created_at": "created_at"}, default_sort="created_at")

    @extend_schema(responses={200: shapes.AddressSerializer(many=True)}, examples=shown(answers={200: shapes.EXAMPLE}))
    def get(self, request: Request) -> Response:
        """List your addresses."""
        person_id = self.person_id
        with organization_scope(self.organization_id, read_only=True):
            return Response(self.page.paginate(request, selectors.addresses_of(person_id)))

    @extend_schema(
        request=shapes.NewAddressSerializer,
        responses={201: shapes.AddressSerializer},
        examples=shown(requests={"At home": shapes.NEW}, answers={201: shapes.EXAMPLE}),
    )
    def post(self, request: Request) -> Response:
        """Write an address down.

        The first one is where everything goes, until another one says so.
        """
        made = services.add(
            organization_id=self.organization_id,
            user_id=self.person_id,
            values=self.parse(shapes.NewAddressSerializer),
        )
        headers = {"Location": reverse("carts:address", args=[made.id])}
        return Response(_shown(made), status=status.HTTP_201_CREATED, headers=headers)


class AddressView(BookEndpoint):
    """One of your addresses."""

    raises = (Unauthenticated, Forbidden)

    @extend_schema(responses={200: shapes.AddressSerializer}, examples=shown(answers={200: shapes.EXAMPLE}))
    def get(self, request: Request, address_id: UUID) -> Response:
        """Read an address."""
        return Response(_shown(selectors.address_facts(**self._which(address_id))))

    @extend_schema(
        request=shapes.AddressChangeSerializer,
        responses={200: shapes.AddressSerializer},
        examples=shown(requests={"Where things go": {"is_default_shipping": True}}, answers={200: shapes.EXAMPLE}),
    )
    def patch(self, request: Request, address_id: UUID) -> Response:
        """Change an address.

        Orders that were placed keep the one that they had.
        """
        changes = self.parse(shapes.AddressChangeSerializer)
        return Response(_shown(services.update(**self._which(address_id), changes=changes)))

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, address_id: UUID) -> Response:
        """Strike an address out."""
        services.remove(**self._which(address_id))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _which(self, address_id: UUID) -> dict[str, Any]:
        return {"organization_id": self.organization_id, "user_id": self.person_id, "address_id": address_id}


def _shown(facts: selectors.AddressFacts) -> Any:
    return shapes.AddressSerializer(facts).data
