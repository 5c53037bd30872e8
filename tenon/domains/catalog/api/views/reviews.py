"""Reviews: read by everybody, written by shoppers, decided by staff where nobody moderates."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.domains.catalog import policies, selectors
from tenon.domains.catalog.api.counting import EXAMPLE as STATS
from tenon.domains.catalog.api.counting import CollectionStatsSerializer, counted
from tenon.domains.catalog.api.reviews import (
    NewReviewSerializer,
    RejectionSerializer,
    ReviewChangeSerializer,
    ReviewForStaffSerializer,
    ReviewSerializer,
)
from tenon.domains.catalog.api.views.shoppers import Shopper, require_person
from tenon.domains.catalog.errors import AlreadyReviewed, DecidedElsewhere
from tenon.domains.catalog.models.reviews import ProductReview
from tenon.domains.catalog.selectors import ReviewFacts
from tenon.domains.catalog.services import reviews
from tenon.kernel import clock
from tenon.kernel.errors import Forbidden, PreconditionFailed, Unauthenticated
from tenon.kernel.http import conditional, filters
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.pagination import KeysetPage
from tenon.kernel.http.views import Endpoint
from tenon.kernel.idempotency.rules import Idempotency
from tenon.kernel.tenancy.scopes import organization_scope

_NEW = {"rating": 5, "title": "My favourite mug", "body": "Keeps the tea warm, and fits the hand."}
_REVIEW = {
    "id": "01939c92-3c4d-7e5f-8061-7c8d9e0f1a2b",
    "product_id": "01939c90-1a2b-7c3d-8e4f-5a6b7c8d9e0f",
    "user_name": "Ada L.",
    **_NEW,
    "is_verified_purchase": True,
    "state": "approved",
    "created_at": "2026-11-20T09:30:00.000Z",
    "updated_at": "2026-11-20T09:30:00.000Z",
}
_PENDING = {**_REVIEW, "state": "pending"}
_FOR_STAFF = {
    **_REVIEW,
    "user_id": "01939c67-1c5e-7d4a-9a3b-2f6f0c1d5e77",
    "reason": "",
    "decided_at": "2026-11-20T10:00:00.000Z",
    "decided_by_id": "01939c67-1c5e-7d4a-9a3b-2f6f0c1d5e78",
}
_BY_TIME = {"created_at": "created_at"}
_RATING = {"rating": filters.integer("rating")}


class ReviewsOfProductView(Endpoint):
    """What people say of a product."""

    audience = Audience.STOREFRONT
    throttles = {"POST": ("review",)}
    idempotency = {"POST": Idempotency()}
    raises = {"POST": (Unauthenticated, Forbidden, AlreadyReviewed)}
    page = KeysetPage(
        sort_fields={"created_at": "created_at", "rating": "rating"}, default_sort="-created_at", filters=_RATING
    )

    @extend_schema(responses={200: ReviewSerializer(many=True)}, examples=shown(answers={200: _REVIEW}))
    def get(self, request: Request, product_id: UUID) -> Response:
        """List the reviews of a product.

        Those that are approved.
        """
        with organization_scope(self.organization_id, read_only=True):
            return Response(self.page.paginate(request, selectors.reviews_of(product_id), represent=_listed))

    @extend_schema(
        request=NewReviewSerializer,
        responses={201: ReviewSerializer},
        examples=shown(requests={"Five of five": _NEW}, answers={201: _PENDING}),
    )
    def post(self, request: Request, product_id: UUID) -> Response:
        """Review a product.

        Once, signed in. It is shown when it is approved.
        """
        require_person(self.principal)
        asked = self.parse(NewReviewSerializer)
        made = reviews.submit(principal=self.principal, product_id=product_id, now=clock.now(), **asked)
        headers = {"Location": reverse("catalog:review", args=[made.id]), "ETag": _etag(made)}
        return Response(ReviewSerializer(made).data, status=status.HTTP_201_CREATED, headers=headers)


class MyReviewsView(Shopper):
    """One's own."""

    page = KeysetPage(sort_fields=_BY_TIME, default_sort="-created_at")

    @extend_schema(responses={200: ReviewSerializer(many=True)}, examples=shown(answers={200: _PENDING}))
    def get(self, request: Request) -> Response:
        """List your own reviews.

        Whatever became of them.
        """
        with organization_scope(self.organization_id, read_only=True):
            return Response(self.page.paginate(request, selectors.reviews_by(self.caller_id), represent=_listed))


class ReviewsView(Endpoint):
    """Every review, for staff."""

    audience = Audience.MEMBER
    permissions = {"GET": policies.MODERATE_REVIEWS}
    page = KeysetPage(
        sort_fields=_BY_TIME,
        default_sort="-created_at",
        filters={
            "state": filters.choice("state", *ProductReview.State.values),
            "product": filters.identifier("product_id"),
            **_RATING,
        },
    )

    @extend_schema(responses={200: ReviewForStaffSerializer(many=True)}, examples=shown(answers={200: _FOR_STAFF}))
    def get(self, request: Request) -> Response:
        """List the reviews of all products.

        With `filter[state]=pending&sort=created_at` those that wait, the oldest first.
        """
        with organization_scope(self.organization_id, read_only=True):
            return Response(self.page.paginate(request, selectors.reviews(), represent=_listed_for_staff))


class ReviewStatsView(Endpoint):
    """How many reviews there are."""

    audience = Audience.MEMBER
    permissions = {"GET": policies.MODERATE_REVIEWS}

    @extend_schema(responses={200: CollectionStatsSerializer}, examples=shown(answers={200: STATS}))
    def get(self, request: Request) -> Response:
        """Count the reviews."""
        with organization_scope(self.organization_id, read_only=True):
            return counted(selectors.reviews())


class ReviewView(Endpoint):
    """One review."""

    audience = Audience.STOREFRONT
    raises = {
        "PATCH": (Unauthenticated, Forbidden, PreconditionFailed),
        "DELETE": (Unauthenticated, Forbidden),
    }

    @extend_schema(responses={200: ReviewSerializer}, examples=shown(answers={200: _REVIEW}))
    def get(self, request: Request, review_id: UUID) -> Response:
        """Read a review.

        One that is approved, or your own.
        """
        with organization_scope(self.organization_id, read_only=True):
            facts = selectors.review(review_id, seen_by=self.principal.id)
        conditional.check(request, _etag(facts))
        return _answer(facts)

    @extend_schema(
        request=ReviewChangeSerializer,
        responses={200: ReviewSerializer},
        examples=shown(requests={"Second thoughts": {"rating": 4}}, answers={200: {**_PENDING, "rating": 4}}),
    )
    def patch(self, request: Request, review_id: UUID) -> Response:
        """Change your review.

        It is held again until it is approved.
        """
        require_person(self.principal)
        changed = reviews.edit(
            principal=self.principal,
            review_id=review_id,
            changes=self.parse(ReviewChangeSerializer),
            now=clock.now(),
            precondition=lambda facts: conditional.check(request, _etag(facts)),
        )
        return _answer(changed)

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, review_id: UUID) -> Response:
        """Delete your review."""
        require_person(self.principal)
        reviews.withdraw(principal=self.principal, review_id=review_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ApprovalView(Endpoint):
    """Showing a review."""

    audience = Audience.MEMBER
    permissions = {"POST": policies.MODERATE_REVIEWS}
    raises = (DecidedElsewhere,)

    @extend_schema(request=None, responses={200: ReviewForStaffSerializer}, examples=shown(answers={200: _FOR_STAFF}))
    def post(self, request: Request, review_id: UUID) -> Response:
        """Approve a review.

        It is shown, and counts. Where moderation is switched on, that decides instead.
        """
        decided = reviews.approve(principal=self.principal, review_id=review_id, now=clock.now())
        return Response(ReviewForStaffSerializer(decided).data)


class RejectionView(Endpoint):
    """Hiding a review."""

    audience = Audience.MEMBER
    permissions = {"POST": policies.MODERATE_REVIEWS}
    raises = (DecidedElsewhere,)

    @extend_schema(
        request=RejectionSerializer,
        responses={200: ReviewForStaffSerializer},
        examples=shown(
            requests={"Spam": {"reason": "spam"}},
            answers={200: {**_FOR_STAFF, "state": "rejected", "reason": "spam"}},
        ),
    )
    def post(self, request: Request, review_id: UUID) -> Response:
        """Reject a review.

        Its author alone sees it. `reason` is a code of your own.
        """
        asked = self.parse(RejectionSerializer)
        decided = reviews.reject(principal=self.principal, review_id=review_id, now=clock.now(), **asked)
        return Response(ReviewForStaffSerializer(decided).data)


def _etag(facts: ReviewFacts) -> str:
    return conditional.etag(facts.id, facts.version, facts.state, facts.is_verified_purchase)


def _answer(facts: ReviewFacts) -> Response:
    return Response(ReviewSerializer(facts).data, headers={"ETag": _etag(facts)})


def _listed(row: dict[str, Any]) -> Mapping[str, Any]:
    facts = selectors.review_facts(row)
    return {name: getattr(facts, name) for name in _REVIEW}


def _listed_for_staff(row: dict[str, Any]) -> Mapping[str, Any]:
    facts = selectors.review_facts(row)
    return {name: getattr(facts, name) for name in _FOR_STAFF}
