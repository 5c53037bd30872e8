"""Reviews that many write and decide at once, on a database of their own."""

from collections import Counter
from collections.abc import Iterator
from functools import partial

import pytest
from django.db.models import Sum
from pytest_django.plugin import DjangoDbBlocker

from tenon.domains.catalog.models import Product, ProductReview
from tenon.domains.catalog.services import reviews, wish
from tenon.domains.catalog.tests.factories import (
    NOW,
    acting_as,
    make_organization,
    make_product,
    make_review,
    make_user,
)
from tenon.kernel.principal import Principal, PrincipalKind
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity.tests.threads import together
from tenon.testing.databases import Clone

PARALLEL = 8


@pytest.fixture(autouse=True)
def database(module_database: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), module_database.in_use():
        yield


def test_a_person_reviews_a_product_once():
    shop = make_organization()
    mug, who = make_product(shop.id), Principal(PrincipalKind.USER, make_user().id, organization_id=shop.id)
    submit = partial(reviews.submit, principal=who, product_id=mug.id, rating=5, title="", body="", now=NOW)
    kinds = Counter(type(each).__name__ for each in together([submit] * PARALLEL))
    assert kinds == {"ReviewFacts": 1, "AlreadyReviewed": PARALLEL - 1}


def test_the_rating_is_the_sum_of_what_is_shown_whatever_happens_at_once():
    """Approved, rejected, changed and deleted by many, of one product."""
    shop = make_organization()
    mug, staff = make_product(shop.id), acting_as(shop.owner_id, shop.id)
    authors = [make_user() for _ in range(6)]
    written = [make_review(mug, author, rating=1 + place % 5) for place, author in enumerate(authors)]
    for _ in range(4):
        calls = []
        for review, author in zip(written, authors, strict=True):
            who = Principal(PrincipalKind.USER, author.id, organization_id=shop.id)
            calls += [
                partial(reviews.approve, principal=staff, review_id=review.id, now=NOW),
                partial(reviews.reject, principal=staff, review_id=review.id, reason="no", now=NOW),
                partial(reviews.approve, principal=staff, review_id=review.id, now=NOW),
                partial(reviews.edit, principal=who, review_id=review.id, changes={"body": str(_)}, now=NOW),
            ]
        calls.append(
            partial(
                reviews.withdraw,
                principal=Principal(PrincipalKind.USER, authors[0].id, organization_id=shop.id),
                review_id=written[0].id,
            )
        )
        kinds = Counter(type(each).__name__ for each in together(calls))
        assert kinds.keys() <= {"ReviewFacts", "NoneType", "NotFound"}, kinds
        with organization_scope(shop.id):
            shown = ProductReview.objects.filter(product=mug, state="approved")
            expected = (shown.count(), shown.aggregate(total=Sum("rating"))["total"] or 0)
            assert Product.objects.values_list("rating_count", "rating_sum").get(pk=mug.id) == expected


def test_the_default_list_is_made_once():
    shop = make_organization()
    who = Principal(PrincipalKind.USER, make_user().id, organization_id=shop.id)
    mug = make_product(shop.id)
    put = partial(wish, principal=who, wishlist_id=None, product_id=mug.id, variant_id=None, now=NOW)
    results = together([put] * PARALLEL)
    assert all(isinstance(each, tuple) for each in results), results
    assert Counter(is_new for _, is_new in results) == {True: 1, False: PARALLEL - 1}
