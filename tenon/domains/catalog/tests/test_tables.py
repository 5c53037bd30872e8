"""What the database itself refuses, on every engine."""

import pytest
from django.db import IntegrityError, transaction

from tenon.domains.catalog import selectors, services
from tenon.domains.catalog.models import (
    Product,
    ProductImage,
    ProductVariant,
    Sku,
    StockLevel,
    Wishlist,
    WishlistItem,
)
from tenon.domains.catalog.tests.factories import level, make_organization, make_product, make_user, make_variant
from tenon.kernel.ids import new_id
from tenon.kernel.tenancy.scopes import organization_scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization():
    return make_organization()


def refused():
    return pytest.raises(IntegrityError)


@pytest.mark.parametrize(
    "fields",
    [{"price_amount": 0}, {"compare_price_amount": 0}, {"cost_price_amount": -1}, {"rating_count": 1, "rating_sum": 6}],
)
def test_a_product_with_impossible_numbers(organization, fields):
    with refused(), transaction.atomic():
        make_product(organization.id, **fields)


@pytest.mark.parametrize("field", ["sku", "slug", "barcode"])
def test_a_name_is_taken_in_one_organization_alone(organization, field):
    make_product(organization.id, **{field: "mug"})
    make_product(make_organization().id, **{field: "mug"})
    with refused(), transaction.atomic():
        make_product(organization.id, **{field: "mug"})


def test_an_sku_names_one_thing(organization):
    mug, bowl = make_product(organization.id, sku="MUG"), make_product(organization.id, sku="BOWL")
    blue = make_variant(mug, sku="BLUE")
    make_product(make_organization().id, sku="BLUE")
    with refused(), transaction.atomic():
        make_product(organization.id, sku="BLUE")
    with refused(), transaction.atomic():
        make_variant(bowl, sku="MUG")
    with organization_scope(organization.id):
        with refused(), transaction.atomic():
            ProductVariant.objects.filter(pk=blue.id).update(sku="BOWL")
        ProductVariant.objects.filter(pk=blue.id).update(sku="RED")
        assert {(each.id, each.sku) for each in Sku.objects.all()} == {
            (mug.id, "MUG"),
            (bowl.id, "BOWL"),
            (blue.id, "RED"),
        }
        mug.delete()
        assert [each.sku for each in Sku.objects.all()] == ["BOWL"]
    make_product(organization.id, sku="RED")


def test_many_products_have_no_barcode(organization):
    assert {make_product(organization.id).barcode, make_product(organization.id).barcode} == {None}


@pytest.mark.parametrize("fields", [{"on_hand": 1, "allocated": 2}, {"on_hand": -1}, {"allocated": -1}])
def test_no_more_is_set_aside_than_there_is(organization, fields):
    product = make_product(organization.id, stock=0)
    with organization_scope(organization.id):
        with refused(), transaction.atomic():
            StockLevel.objects.filter(item_id=product.id).update(**fields)
        StockLevel.objects.filter(item_id=product.id).update(allow_backorder=True)
        StockLevel.objects.filter(item_id=product.id).update(on_hand=1, allocated=2)
    assert level(product).available == -1


def test_a_level_is_of_what_it_names(organization):
    product = make_product(organization.id)
    with organization_scope(organization.id), refused(), transaction.atomic():
        StockLevel.objects.create(product=product, item_id=new_id())


def test_one_picture_of_a_product_is_primary(organization):
    product = make_product(organization.id)
    with organization_scope(organization.id):
        for _ in range(2):
            ProductImage.objects.create(product=product, file_id=new_id())
        ProductImage.objects.create(product=product, file_id=new_id(), is_primary=True)
        with refused(), transaction.atomic():
            ProductImage.objects.create(product=product, file_id=new_id(), is_primary=True)
        with refused(), transaction.atomic():
            ProductImage.objects.create(product=product, file_id=new_id(), is_primary=False)


def test_a_thing_stands_on_a_wishlist_once(organization):
    product = make_product(organization.id)
    variant = make_variant(product)
    with organization_scope(organization.id):
        wishlist = Wishlist.objects.create(user=make_user(), name="Birthday")
        for which in (None, variant):
            WishlistItem.objects.create(wishlist=wishlist, product=product, variant=which)
            with refused(), transaction.atomic():
                WishlistItem.objects.create(wishlist=wishlist, product=product, variant=which)


def test_a_product_goes_with_all_that_is_its_own(organization):
    product = make_product(organization.id)
    make_variant(product)
    with organization_scope(organization.id):
        ProductImage.objects.create(product=product, file_id=new_id(), is_primary=True)
        product.delete()
        assert not ProductVariant.objects.exists()
        assert not StockLevel.objects.exists()
        assert not Product.objects.exists()


def test_the_version_counts_for_one_organization(organization):
    other = make_organization()
    for _ in range(2):
        with organization_scope(organization.id):
            services.raise_version()
    with organization_scope(organization.id):
        assert selectors.catalog_version() == 2
    with organization_scope(other.id):
        assert selectors.catalog_version() == 0
