"""What carts and orders learn of the catalog."""

import pytest

from tenon.domains.catalog import selectors
from tenon.domains.catalog.models import ProductImage
from tenon.domains.catalog.selectors import Offer
from tenon.domains.catalog.tests.factories import make_category, make_organization, make_product, make_variant
from tenon.kernel.ids import new_id
from tenon.kernel.money import Money
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization():
    return make_organization()


def ask(organization, *keys):
    with organization_scope(organization.id, read_only=True):
        return selectors.offers(keys)


def test_a_product_is_offered_with_its_price_stock_and_picture(organization):
    product = make_product(organization.id, stock=7, weight_grams=300, attributes={"color": "red"})
    file_id = new_id()
    with organization_scope(organization.id):
        ProductImage.objects.create(product=product, file_id=new_id(), position=0)
        ProductImage.objects.create(product=product, file_id=file_id, position=1, is_primary=True)
    assert ask(organization, (product.id, None)) == {
        (product.id, None): Offer(
            product_id=product.id,
            variant_id=None,
            name=product.name,
            variant_name="",
            sku=product.sku,
            price=Money(2499, "USD"),
            compare_price=None,
            tax_class="standard",
            weight_grams=300,
            requires_shipping=True,
            is_digital=False,
            attributes={"color": "red"},
            is_active=True,
            has_variants=False,
            available=7,
            image_file_id=file_id,
            category_ids=frozenset(),
        )
    }


def test_an_offer_stands_in_its_category_and_those_above(organization):
    root = make_category(organization.id)
    below = make_category(organization.id, parent=root)
    product = make_product(organization.id, category=below)
    assert ask(organization, (product.id, None))[(product.id, None)].category_ids == {root.id, below.id}


def test_a_variant_stands_over_its_product(organization):
    product = make_product(organization.id, attributes={"color": "red", "size": "M"}, weight_grams=300)
    variant = make_variant(product, price_amount=1999, stock=3, attributes={"size": "L"})
    cheap = make_variant(product)
    found = ask(organization, (product.id, variant.id), (product.id, cheap.id))
    offer = found[(product.id, variant.id)]
    assert (offer.price, offer.sku, offer.available) == (Money(1999, "USD"), variant.sku, 3)
    assert offer.attributes == {"color": "red", "size": "L"}
    assert offer.weight_grams == 300
    assert found[(product.id, cheap.id)].price == Money(2499, "USD")


def test_a_product_with_variants_is_bought_as_one_of_them(organization):
    product = make_product(organization.id)
    variant = make_variant(product)
    found = ask(organization, (product.id, None), (product.id, variant.id))
    assert not found[(product.id, None)].is_active
    assert found[(product.id, variant.id)].is_active


@pytest.mark.parametrize(("of_product", "of_variant"), [(False, True), (True, False)])
def test_what_is_taken_out_of_the_shop_is_not_active(organization, of_product, of_variant):
    product = make_product(organization.id, is_active=of_product)
    variant = make_variant(product, is_active=of_variant)
    assert not ask(organization, (product.id, variant.id))[(product.id, variant.id)].is_active


@pytest.mark.parametrize("rule", [{"track_inventory": False}, {"allow_backorder": True}])
def test_there_is_no_limit_where_stock_does_not_count(organization, rule):
    product = make_product(organization.id, stock=0, **rule)
    variant = make_variant(product, stock=0)
    found = ask(organization, (product.id, None), (product.id, variant.id))
    assert [offer.available for offer in found.values()] == [None, None]


def test_a_variant_is_known_under_its_own_product_alone(organization):
    product, other = make_product(organization.id), make_product(organization.id)
    variant = make_variant(product)
    assert ask(organization, (other.id, variant.id)) == {}


def test_what_another_organization_offers_is_not_known(organization):
    product = make_product(make_organization().id)
    variant = make_variant(product)
    assert ask(organization, (product.id, None), (product.id, variant.id)) == {}


def test_two_queries_however_many(organization):
    products = [make_product(organization.id) for _ in range(5)]
    keys = [(product.id, make_variant(product).id) for product in products]
    with organization_scope(organization.id, read_only=True), query_budget(2):
        assert len(selectors.offers([*keys, *((product.id, None) for product in products)])) == 10
