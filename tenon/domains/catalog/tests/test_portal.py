"""The catalog in the portal: what staff see of it, and what they decide by services."""

import pytest

from tenon.domains.catalog.models import Product, ProductReview
from tenon.domains.catalog.tests.factories import make_organization, make_product, make_review, make_user
from tenon.kernel.outbox.models import Entry
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.testing.portal import Browser, page

pytestmark = pytest.mark.django_db
REVIEWS = page("catalog_productreview")


@pytest.fixture
def root():
    return make_user(is_staff=True, is_superuser=True)


@pytest.fixture
def browser(root) -> Browser:
    return Browser(root)


@pytest.fixture
def mug():
    return make_product(make_organization().id, name="Mug")


def state(review: ProductReview) -> tuple[str, int]:
    """What was decided, and how many reviews count for the product."""
    with organization_scope(review.organization_id):
        found = ProductReview.objects.get(pk=review.pk)
        return found.state, Product.objects.get(pk=found.product_id).rating_count


def test_reviews_are_approved_and_rejected_by_hand(browser, root, mug):
    review = make_review(mug)
    browser.act(REVIEWS, "approve", review)
    assert state(review) == ("approved", 1)
    browser.act(REVIEWS, "reject", review)
    assert state(review) == ("rejected", 0)
    told = Entry.objects.filter(name__in=["review.approved", "review.rejected"]).values_list("payload", flat=True)
    assert [each["actor_id"] for each in told] == [str(root.pk)] * 2


def test_stock_and_its_movements_are_shown_and_found(browser, mug):
    for model in ("catalog_stocklevel", "catalog_stockmovement"):
        assert "Mug" in browser.get(page(model), q="Mug").content.decode()
        assert "Mug" not in browser.get(page(model), q="Jug").content.decode()
