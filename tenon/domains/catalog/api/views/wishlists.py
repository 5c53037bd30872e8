"""Wishlists: a shopper's own, and those that somebody shares."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.domains.catalog import selectors, services
from tenon.domains.catalog.api.counting import EXAMPLE as STATS
from tenon.domains.catalog.api.counting import CollectionStatsSerializer, counted
from tenon.domains.catalog.api.views.shoppers import Shopper
from tenon.domains.catalog.api.wishlists import (
    NewWishSerializer,
    SharedSerializer,
    WishlistNameSerializer,
    WishlistSerializer,
    WishSerializer,
)
from tenon.domains.catalog.errors import NameTaken, TooMany
from tenon.domains.catalog.selectors import WishFacts
from tenon.kernel import clock
from tenon.kernel.errors import Forbidden, Unauthenticated
from tenon.kernel.http import amounts
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.pagination import KeysetPage
from tenon.kernel.http.views import Endpoint
from tenon.kernel.idempotency.rules import Idempotency
from tenon.kernel.tenancy.scopes import organization_scope

_MADE = "2026-11-20T09:30:00.000Z"
_LIST = {
    "id": "01939c93-4d5e-7f60-8172-8d9e0f1a2b3c",
    "name": "For the kitchen",
    "is_default": False,
    "is_shared": False,
    "item_count": 2,
    "created_at": _MADE,
    "updated_at": _MADE,
}
_NEW = {"product_id": "01939c90-1a2b-7c3d-8e4f-5a6b7c8d9e0f", "note": "The blue one"}
_WISH = {
    "id": "01939c94-5e6f-7071-8283-9e0f1a2b3c4d",
    "variant_id": None,
    **_NEW,
    "name": "Mug",
    "variant_name": "",
    "sku": "MUG-01",
    "price": "24.99",
    "price_money": {"amount": 2499, "currency": "USD"},
    "can_be_bought": True,
    "image_file_id": None,
    "created_at": _MADE,
}
_SHARED = {"secret": "m3Zr6hZ0bq1m8o9o2m7Q0r6N3X4j5k6l7u8v9w0x1y2"}
_PAGE = KeysetPage(sort_fields={"created_at": "created_at"}, default_sort="-created_at")
_REFUSALS = (Unauthenticated, Forbidden)


class WishlistsView(Shopper):
    """One's lists."""

    idempotency = {"POST": Idempotency()}
    raises = {"GET": _REFUSALS, "POST": (*_REFUSALS, NameTaken, TooMany)}
    page = _PAGE

    @extend_schema(responses={200: WishlistSerializer(many=True)}, examples=shown(answers={200: _LIST}))
    def get(self, request: Request) -> Response:
        """List your wishlists."""
        with organization_scope(self.organization_id, read_only=True):
            return Response(self.page.paginate(request, selectors.wishlists_of(self.caller_id)))

    @extend_schema(
        request=WishlistNameSerializer,
        responses={201: WishlistSerializer},
        examples=shown(requests={"A list": {"name": _LIST["name"]}}, answers={201: {**_LIST, "item_count": 0}}),
    )
    def post(self, request: Request) -> Response:
        """Make a wishlist."""
        asked = self.parse(WishlistNameSerializer)
        made = services.create_wishlist(principal=self.principal, now=clock.now(), **asked)
        headers = {"Location": reverse("catalog:wishlist", args=[made.id])}
        return Response(WishlistSerializer(made).data, status=status.HTTP_201_CREATED, headers=headers)


class WishlistStatsView(Shopper):
    """How many lists one has."""

    @extend_schema(responses={200: CollectionStatsSerializer}, examples=shown(answers={200: STATS}))
    def get(self, request: Request) -> Response:
        """Count your wishlists."""
        with organization_scope(self.organization_id, read_only=True):
            return counted(selectors.wishlists_of(self.caller_id))


class WishlistView(Shopper):
    """One list."""

    raises = {"GET": _REFUSALS, "PATCH": (*_REFUSALS, NameTaken), "DELETE": _REFUSALS}

    @extend_schema(responses={200: WishlistSerializer}, examples=shown(answers={200: _LIST}))
    def get(self, request: Request, wishlist_id: UUID) -> Response:
        """Read a wishlist."""
        with organization_scope(self.organization_id, read_only=True):
            found = selectors.wishlist_of(self.caller_id, wishlist_id)
        return Response(WishlistSerializer(found).data)

    @extend_schema(
        request=WishlistNameSerializer,
        responses={200: WishlistSerializer},
        examples=shown(requests={"Another name": {"name": _LIST["name"]}}, answers={200: _LIST}),
    )
    def patch(self, request: Request, wishlist_id: UUID) -> Response:
        """Rename a wishlist."""
        asked = self.parse(WishlistNameSerializer)
        changed = services.rename_wishlist(principal=self.principal, wishlist_id=wishlist_id, **asked)
        return Response(WishlistSerializer(changed).data)

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, wishlist_id: UUID) -> Response:
        """Delete a wishlist.

        With all that is on it.
        """
        services.delete_wishlist(principal=self.principal, wishlist_id=wishlist_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class WishesView(Shopper):
    """What is on a list."""

    idempotency = {"POST": Idempotency()}
    raises = {"GET": _REFUSALS, "POST": (*_REFUSALS, TooMany)}
    page = _PAGE

    @extend_schema(responses={200: WishSerializer(many=True)}, examples=shown(answers={200: _WISH}))
    def get(self, request: Request, wishlist_id: UUID) -> Response:
        """List what is on a wishlist."""
        with organization_scope(self.organization_id, read_only=True):
            selectors.wishlist_of(self.caller_id, wishlist_id)
            return Response(_offered(self.page.paginate(request, selectors.wishes(wishlist_id))))

    @extend_schema(
        request=NewWishSerializer,
        responses={200: WishSerializer, 201: WishSerializer},
        examples=shown(requests={"A mug": _NEW}, answers={200: _WISH, 201: _WISH}),
    )
    def post(self, request: Request, wishlist_id: UUID) -> Response:
        """Put something on a wishlist.

        201, or 200 for what is there already.
        """
        return _put(self, wishlist_id)


class DefaultWishesView(Shopper):
    """What is put on a list by those who name none."""

    idempotency = {"POST": Idempotency()}
    raises = {"POST": (*_REFUSALS, TooMany)}

    @extend_schema(
        request=NewWishSerializer,
        responses={200: WishSerializer, 201: WishSerializer},
        examples=shown(requests={"A mug": _NEW}, answers={200: _WISH, 201: _WISH}),
    )
    def post(self, request: Request) -> Response:
        """Put something on your default wishlist.

        Which is made when it is first needed. 201, or 200 for what is there already.
        """
        return _put(self, None)


class WishView(Shopper):
    """Something on a list."""

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, wishlist_id: UUID, wish_id: UUID) -> Response:
        """Take something off a wishlist."""
        services.unwish(principal=self.principal, wishlist_id=wishlist_id, wish_id=wish_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class SharingView(Shopper):
    """Who else may read a list."""

    @extend_schema(request=None, responses={201: SharedSerializer}, examples=shown(answers={201: _SHARED}))
    def post(self, request: Request, wishlist_id: UUID) -> Response:
        """Share a wishlist.

        Anybody may read it who has the secret, at `wishlists/shared/{secret}/`. Sharing it again makes another secret,
        and the one before is no longer good.
        """
        secret = services.share_wishlist(principal=self.principal, wishlist_id=wishlist_id)
        return Response({"secret": secret}, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, wishlist_id: UUID) -> Response:
        """Stop sharing a wishlist."""
        services.unshare_wishlist(principal=self.principal, wishlist_id=wishlist_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class SharedWishlistView(Endpoint):
    """A list that somebody shares."""

    audience = Audience.STOREFRONT
    page = _PAGE

    @extend_schema(responses={200: WishSerializer(many=True)}, examples=shown(answers={200: _WISH}))
    def get(self, request: Request, secret: str) -> Response:
        """List what is on a wishlist that was shared with you.

        Without its owner's name and notes.
        """
        with organization_scope(self.organization_id, read_only=True):
            wishlist_id = selectors.shared_wishlist(secret)
            answer = _offered(self.page.paginate(request, selectors.wishes(wishlist_id)))
        for wish in answer["data"]:
            wish["note"] = ""
        return Response(answer)


def _put(view: Shopper, wishlist_id: UUID | None) -> Response:
    asked = view.parse(NewWishSerializer)
    facts, is_new = services.wish(principal=view.principal, wishlist_id=wishlist_id, now=clock.now(), **asked)
    return Response(_wish(facts), status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


def _offered(answer: dict[str, Any]) -> dict[str, Any]:
    return {**answer, "data": [_wish(facts) for facts in selectors.offered(answer["data"])]}


def _wish(facts: WishFacts) -> dict[str, Any]:
    offer = facts.offer
    return {
        "id": facts.id,
        "product_id": facts.product_id,
        "variant_id": facts.variant_id,
        "note": facts.note,
        "name": offer.name,
        "variant_name": offer.variant_name,
        "sku": offer.sku,
        **amounts.shown("price", offer.price.amount, offer.price.currency),
        "can_be_bought": offer.is_active and offer.available != 0,
        "image_file_id": offer.image_file_id,
        "created_at": facts.created_at,
    }
