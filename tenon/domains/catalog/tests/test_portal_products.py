"""Products in the portal."""

import pytest

from tenon.domains.catalog.models import Product
from tenon.domains.catalog.tests.factories import make_category, make_organization, make_product, make_user
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity.tests import outbox
from tenon.testing.portal import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser():
    return Browser(make_user(is_staff=True, is_superuser=True))


def test_staff_see_products_and_categories(browser):
    shop = make_organization(name="Ada's shop")
    product = make_product(shop.id, name="Enamel mug", category=make_category(shop.id, name="Mugs"))
    page = browser.get("/admin/catalog/product/").content.decode()
    assert "Enamel mug" in page
    assert "24.99 USD" in page
    assert "Mugs" in browser.get("/admin/catalog/category/").content.decode()
    assert "Enamel mug" in browser.get(f"/admin/catalog/product/{product.id}/change/").content.decode()


def test_staff_take_a_product_out_of_its_shop(browser):
    product = make_product(make_organization().id)
    browser.act("/admin/catalog/product/", "take_out", product)
    with organization_scope(product.belongs_to):
        assert not Product.objects.get(pk=product.id).is_active
    assert outbox.event_names()[-1] == "product.updated"
