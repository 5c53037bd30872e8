"""Reviews: written by people, held until they are approved, and added up as long as they are shown.

Submitted and decided by the events of `kernel/content`. A review's `version` counts its texts and not the decisions on
it, so that a decision on an older text can be told. The rating of a product changes with the state of a review, in the
same transaction; whoever changes a review holds its row, then the product's, then the catalog's version.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from tenon.domains.catalog import policies, selectors
from tenon.domains.catalog.errors import AlreadyReviewed, DecidedElsewhere
from tenon.domains.catalog.events import ReviewApproved, ReviewDeleted, ReviewEvent, ReviewRejected, ReviewSubmitted
from tenon.domains.catalog.models import Product, ProductReview
from tenon.domains.catalog.selectors import ReviewFacts
from tenon.domains.catalog.services.versions import raise_version
from tenon.kernel.content import Action, ContentDecided, ContentSubmitted
from tenon.kernel.errors import NotFound
from tenon.kernel.outbox.publishing import publish
from tenon.kernel.principal import Principal
from tenon.kernel.retries import retried
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.organizations.policies import may, require

CONTENT = "catalog.review"
State = ProductReview.State
_STATES = {Action.ALLOW: State.APPROVED, Action.BLOCK: State.REJECTED, Action.REVIEW: State.PENDING}


@retried
def submit(*, principal: Principal, product_id: UUID, rating: int, title: str, body: str, now: datetime) -> ReviewFacts:
    """Review a product, 1 to 5, once. Raises NotFound for a product that is not offered, and AlreadyReviewed."""
    with organization_scope(principal.acting_in):
        if not Product.objects.filter(pk=product_id, is_active=True).exists():
            raise NotFound
        try:
            with transaction.atomic():
                review = ProductReview.objects.create(
                    product_id=product_id,
                    user_id=cast(UUID, principal.id),
                    rating=rating,
                    title=title,
                    body=body,
                    created_at=now,
                )
        except IntegrityError:
            raise AlreadyReviewed from None
        _submitted(review, now=now)
        return selectors.review(review.id, seen_by=review.user_id)


@retried
def edit(
    *,
    principal: Principal,
    review_id: UUID,
    changes: Mapping[str, Any],
    now: datetime,
    precondition: Callable[[ReviewFacts], None] = lambda facts: None,
) -> ReviewFacts:
    """Change one's own review, which is held again until it is approved.

    `precondition` sees the review in its turn and raises when it is not what the caller has read.
    Raises NotFound and what `precondition` raises.
    """
    with organization_scope(principal.acting_in):
        review = _own(principal, review_id)
        precondition(selectors.review(review_id, seen_by=review.user_id))
        changed = {name: value for name, value in changes.items() if getattr(review, name) != value}
        if changed:
            _count(review, State.PENDING)
            for name, value in changed.items():
                setattr(review, name, value)
            review.state, review.reason, review.decided_at, review.decided_by_id = State.PENDING, "", None, None
            review.save()
            _submitted(review, now=now)
        return selectors.review(review_id, seen_by=review.user_id)


@retried
def withdraw(*, principal: Principal, review_id: UUID) -> None:
    """Delete one's own review. Raises NotFound."""
    with organization_scope(principal.acting_in):
        review = _own(principal, review_id)
        _count(review, State.REJECTED)
        review.delete()
        _tell(ReviewDeleted(_organization(review), principal.id, review_id, review.product_id))


def approve(*, principal: Principal, review_id: UUID, now: datetime) -> ReviewFacts:
    """Show a review. Raises Forbidden, NotFound, and DecidedElsewhere where moderation is switched on."""
    return _decide_by_hand(principal, review_id, Action.ALLOW, reason="", now=now)


def reject(*, principal: Principal, review_id: UUID, reason: str, now: datetime) -> ReviewFacts:
    """Show a review to nobody but its author. `reason` is a stable code. Raises as `approve`."""
    return _decide_by_hand(principal, review_id, Action.BLOCK, reason=reason, now=now)


@retried
def decide(*, decision: ContentDecided) -> None:
    """Do to a review as was decided. Nothing for one that is gone, and for another text than was decided on."""
    with organization_scope(decision.organization_id):
        review = _locked(pk=decision.content_id, version=decision.version)
        state = _STATES[Action(decision.action)]
        if review is None or review.state == state:
            return
        _count(review, state)
        ProductReview.objects.filter(pk=review.pk).update(
            state=state,
            reason=decision.reason,
            decided_at=decision.decided_at,
            decided_by_id=decision.decided_by,
            version=F("version"),
        )
        about = (decision.organization_id, decision.decided_by, review.id, review.product_id)
        if state == State.APPROVED:
            _tell(ReviewApproved(*about, review.rating))
        elif state == State.REJECTED:
            _tell(ReviewRejected(*about, decision.reason))


def are_moderated() -> bool:
    """Whether `moderation` decides, and not the organization's staff."""
    return "moderation" in settings.TENON_MODULES and apps.is_installed("tenon.domains.moderation")


@retried
def _decide_by_hand(
    principal: Principal, review_id: UUID, action: Action, *, reason: str, now: datetime
) -> ReviewFacts:
    organization_id = principal.acting_in
    with organization_scope(organization_id):
        require(may(principal, policies.MODERATE_REVIEWS))
        if are_moderated():
            raise DecidedElsewhere
        review = _locked(pk=review_id)
        if review is None:
            raise NotFound
        # Our own handler of decisions acts on it, in this transaction.
        publish(
            ContentDecided(
                kind=CONTENT,
                content_id=review.id,
                version=review.version,
                organization_id=organization_id,
                action=action,
                reason=reason,
                decided_by=principal.id,
                decided_at=now,
            ),
            aggregate=f"review:{review.id}",
        )
        return selectors.review_facts(selectors.reviews().get(pk=review_id))


def _own(principal: Principal, review_id: UUID) -> ProductReview:
    review = _locked(pk=review_id, user=principal.id)
    if review is None:
        raise NotFound
    return review


def _locked(**which: Any) -> ProductReview | None:
    rows = ProductReview.objects.select_for_update(no_key=connection.features.has_select_for_no_key_update)
    return rows.filter(**which).first()


def _count(review: ProductReview, state: str) -> None:
    """Take the review into the product's rating, or out of it, as it comes to `state`."""
    change = (state == State.APPROVED) - (review.state == State.APPROVED)
    if change:
        Product.objects.filter(pk=review.product_id).update(
            rating_count=F("rating_count") + change,
            rating_sum=F("rating_sum") + change * review.rating,
            version=F("version"),  # which counts what the organization's people change
        )
        raise_version()


def _submitted(review: ProductReview, *, now: datetime) -> None:
    organization_id = _organization(review)
    _tell(ReviewSubmitted(organization_id, review.user_id, review.id, review.product_id, review.rating))
    publish(
        ContentSubmitted(
            kind=CONTENT,
            content_id=review.id,
            version=review.version,
            organization_id=organization_id,
            author_id=review.user_id,
            text=f"{review.title}\n\n{review.body}".strip(),
            file_ids=(),
            submitted_at=now,
        ),
        aggregate=f"review:{review.id}",
    )


def _tell(event: ReviewEvent) -> None:
    publish(event, aggregate=f"review:{event.review_id}")


def _organization(review: ProductReview) -> UUID:
    return cast(UUID, review.organization_id)
