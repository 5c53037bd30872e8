"""Reviews: held until approved, added up while they are shown, and verified by what was delivered."""

from dataclasses import replace
from uuid import UUID

import pytest
from django.apps import apps

from tenon.domains.catalog import selectors
from tenon.domains.catalog.errors import AlreadyReviewed, DecidedElsewhere
from tenon.domains.catalog.handlers import note_purchases
from tenon.domains.catalog.models import Product
from tenon.domains.catalog.selectors import ReviewFacts
from tenon.domains.catalog.services import holding, note_delivery, reviews
from tenon.domains.catalog.tests.factories import NOW, acting_as, add_member, make_organization, make_product, make_user
from tenon.domains.orders.events import OrderDelivered
from tenon.kernel.content import ContentDecided
from tenon.kernel.errors import Forbidden, NotFound
from tenon.kernel.ids import new_id
from tenon.kernel.outbox.models import Entry
from tenon.kernel.outbox.publishing import publish
from tenon.kernel.principal import Principal, PrincipalKind
from tenon.kernel.tenancy.scopes import organization_scope, system_scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_organization()


@pytest.fixture
def mug(shop):
    return make_product(shop.id)


def shopper(shop, user=None) -> Principal:
    """Somebody who is no member."""
    return Principal(PrincipalKind.USER, (user or make_user()).id, organization_id=shop.id)


def submit(shop, product: Product, who: Principal | None = None, rating: int = 5) -> ReviewFacts:
    values = {"rating": rating, "title": "Good", "body": "It is good."}
    return reviews.submit(principal=who or shopper(shop), product_id=product.id, now=NOW, **values)


def owner(shop) -> Principal:
    return acting_as(shop.owner_id, shop.id)


def approve(shop, review_id: UUID) -> ReviewFacts:
    return reviews.approve(principal=owner(shop), review_id=review_id, now=NOW)


def decide(shop, review: ReviewFacts, action: str, reason: str = "", version: int | None = None) -> None:
    """As moderation does."""
    decision = ContentDecided(
        kind="catalog.review",
        content_id=review.id,
        version=review.version if version is None else version,
        organization_id=shop.id,
        action=action,
        reason=reason,
        decided_by=None,
        decided_at=NOW,
    )
    with organization_scope(shop.id):
        publish(decision)


def rating(product: Product) -> tuple[int, int]:
    """How many reviews count, and their sum."""
    with organization_scope(product.organization_id):
        return Product.objects.values_list("rating_count", "rating_sum").get(pk=product.id)


def shown(product: Product) -> list[dict]:
    with organization_scope(product.organization_id):
        return list(selectors.reviews_of(product.id))


def seen(review: ReviewFacts, shop) -> ReviewFacts:
    with organization_scope(shop.id):
        return selectors.review(review.id, seen_by=review.user_id)


def version_of(shop) -> int:
    with organization_scope(shop.id):
        return selectors.catalog_version()


def told(name: str) -> list[dict]:
    return list(Entry.objects.filter(name=name).order_by("pk").values_list("payload", flat=True))


def test_a_review_is_held_and_handed_over_to_be_judged(shop, mug):
    made = submit(shop, mug)
    assert made.state == "pending"
    assert (shown(mug), rating(mug)) == ([], (0, 0))
    [content] = told("content.submitted")
    assert (content["kind"], content["content_id"], content["version"]) == ("catalog.review", str(made.id), 1)
    assert content["text"] == "Good\n\nIt is good."
    assert [each["review_id"] for each in told("review.submitted")] == [str(made.id)]


def test_what_is_approved_is_shown_and_counts_once(shop, mug):
    made = submit(shop, mug, rating=4)
    before = version_of(shop)
    assert approve(shop, made.id).state == "approved"
    approve(shop, made.id)
    assert rating(mug) == (1, 4)
    assert [row["id"] for row in shown(mug)] == [made.id]
    assert version_of(shop) == before + 1
    [payload] = told("review.approved")
    assert (payload["actor_id"], payload["rating"]) == (str(shop.owner_id), 4)


def test_what_is_rejected_after_all_counts_no_more(shop, mug):
    made = submit(shop, mug)
    approve(shop, made.id)
    rejected = reviews.reject(principal=owner(shop), review_id=made.id, reason="spam", now=NOW)
    assert (rejected.state, rejected.reason, rejected.decided_by_id) == ("rejected", "spam", shop.owner_id)
    assert (shown(mug), rating(mug)) == ([], (0, 0))


def test_a_person_reviews_a_product_once(shop, mug):
    who = shopper(shop)
    submit(shop, mug, who)
    with pytest.raises(AlreadyReviewed):
        submit(shop, mug, who)
    submit(shop, make_product(shop.id), who)


def test_what_is_not_offered_is_not_reviewed(shop):
    for product in (make_product(shop.id, is_active=False), make_product(make_organization().id)):
        with pytest.raises(NotFound):
            submit(shop, product)


def test_a_changed_review_is_held_again_and_counts_as_it_is_approved_again(shop, mug):
    who = shopper(shop)
    made = submit(shop, mug, who, rating=5)
    approve(shop, made.id)
    changed = reviews.edit(principal=who, review_id=made.id, changes={"rating": 2}, now=NOW)
    assert (changed.state, changed.rating, changed.decided_at) == ("pending", 2, None)
    assert (shown(mug), rating(mug)) == ([], (0, 0))
    approve(shop, made.id)
    assert rating(mug) == (1, 2)


def test_a_review_that_is_changed_to_what_it_was_stays_as_it_is(shop, mug):
    who = shopper(shop)
    made = submit(shop, mug, who, rating=5)
    approve(shop, made.id)
    reviews.edit(principal=who, review_id=made.id, changes={"rating": 5}, now=NOW)
    assert rating(mug) == (1, 5)


def test_only_its_author_changes_or_deletes_a_review(shop, mug):
    made = submit(shop, mug)
    for principal in (shopper(shop), owner(shop)):
        with pytest.raises(NotFound):
            reviews.edit(principal=principal, review_id=made.id, changes={"rating": 1}, now=NOW)
        with pytest.raises(NotFound):
            reviews.withdraw(principal=principal, review_id=made.id)


def test_a_deleted_review_counts_no_more(shop, mug):
    who = shopper(shop)
    made = submit(shop, mug, who)
    approve(shop, made.id)
    reviews.withdraw(principal=who, review_id=made.id)
    assert (shown(mug), rating(mug)) == ([], (0, 0))
    assert len(told("review.deleted")) == 1
    submit(shop, mug, who)


def test_only_who_moderates_decides(shop, mug):
    made = submit(shop, mug)
    with pytest.raises(Forbidden):
        reviews.approve(principal=acting_as(add_member(shop.id), shop.id), review_id=made.id, now=NOW)
    with pytest.raises(NotFound):
        reviews.approve(principal=owner(make_organization()), review_id=made.id, now=NOW)


def test_staff_leave_the_decision_to_moderation_where_that_is_switched_on(shop, mug, settings, monkeypatch):
    made = submit(shop, mug)
    monkeypatch.setattr(apps, "is_installed", lambda name: name == "tenon.domains.moderation")
    settings.TENON_MODULES = ["commerce", "moderation"]
    with pytest.raises(DecidedElsewhere):
        approve(shop, made.id)
    settings.TENON_MODULES = ["commerce"]
    assert approve(shop, made.id).state == "approved"


def test_moderation_shows_hides_and_takes_back(shop, mug):
    made = submit(shop, mug)
    steps = [("allow", "approved", (1, 5)), ("block", "rejected", (0, 0)), ("allow", "approved", (1, 5))]
    for action, state, counted in [*steps, ("review", "pending", (0, 0))]:
        decide(shop, made, action, reason=f"because_{action}")
        assert (seen(made, shop).state, rating(mug)) == (state, counted)
    assert [each["reason"] for each in told("review.rejected")] == ["because_block"]


def test_a_late_decision_on_an_older_text_does_nothing(shop, mug):
    who = shopper(shop)
    made = submit(shop, mug, who)
    changed = reviews.edit(principal=who, review_id=made.id, changes={"body": "It is bad."}, now=NOW)
    decide(shop, made, "allow")
    assert seen(made, shop).state == "pending"
    decide(shop, changed, "allow")
    assert seen(made, shop).state == "approved"


def test_a_decision_on_something_else_or_on_what_is_gone_does_nothing(shop, mug):
    made = submit(shop, mug)
    with organization_scope(shop.id):
        publish(ContentDecided("scans.image", made.id, 1, shop.id, "allow", "", None, NOW))
    decide(shop, replace(made, id=new_id()), "allow")
    assert rating(mug) == (0, 0)


def delivered(shop, user_id: UUID | None, *product_ids: UUID) -> None:
    note_purchases(
        OrderDelivered(
            organization_id=shop.id,
            actor_id=None,
            order_id=new_id(),
            number="KAS-1",
            user_id=user_id,
            product_ids=product_ids,
        )
    )


def test_a_delivery_verifies_the_review_before_or_after_it(shop, mug):
    who, cup = shopper(shop), make_product(shop.id)
    early = submit(shop, mug, who)
    assert not early.is_verified_purchase
    for _ in range(2):  # an event may come twice
        delivered(shop, who.id, mug.id, cup.id, new_id())
    assert seen(early, shop).is_verified_purchase
    assert submit(shop, cup, who).is_verified_purchase
    assert not submit(shop, cup).is_verified_purchase


def test_a_guest_verifies_nothing(shop, mug):
    delivered(shop, None, mug.id)
    assert not submit(shop, mug).is_verified_purchase


def test_others_see_first_name_and_initial(shop, mug):
    who = shopper(shop, make_user(first_name="Ada", last_name="Lovelace"))
    assert submit(shop, mug, who).user_name == "Ada L."
    alone = shopper(shop, make_user(first_name="Grace", last_name=""))
    assert submit(shop, mug, alone).user_name == "Grace"


def test_what_waits_is_seen_by_its_author_alone(shop, mug):
    made = submit(shop, mug)
    with organization_scope(shop.id):
        with pytest.raises(NotFound):
            selectors.review(made.id, seen_by=None)
        assert selectors.review(made.id, seen_by=made.user_id).id == made.id


def test_who_is_forgotten_takes_their_rating_along(shop, mug):
    who = shopper(shop)
    made = submit(shop, mug, who, rating=3)
    note_delivery(organization_id=shop.id, user_id=who.id, product_ids=[mug.id], now=NOW)
    approve(shop, made.id)
    other = submit(shop, mug, rating=4)
    approve(shop, other.id)
    with system_scope(reason="a test asks what is kept", read_only=True):
        kept = selectors.kept_of(who.id)
    assert ([each["id"] for each in kept["reviews"]], len(kept["purchases"])) == ([made.id], 1)
    before = version_of(shop)
    for _ in range(2):
        with system_scope(reason="a test has somebody forgotten"):
            holding.forget(user_id=who.id, now=NOW)
    assert rating(mug) == (1, 4)
    assert version_of(shop) == before + 1
    with system_scope(reason="a test asks what is kept", read_only=True):
        assert selectors.kept_of(who.id) == {"reviews": [], "wishlists": [], "purchases": []}
