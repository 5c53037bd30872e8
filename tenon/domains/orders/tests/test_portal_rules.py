"""Coupons, ways of sending and tax rates in the portal: made, changed and deleted by services."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tenon.domains.orders.models import Coupon, ShippingMethod, TaxRate
from tenon.domains.orders.tests.factories import make_coupon, make_organization, make_shipping_method, make_tax_rate
from tenon.kernel.outbox.models import Entry
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity.tests.factories import make_user
from tenon.testing.portal import Browser, page

pytestmark = pytest.mark.django_db

COUPON = {"code": "spring", "kind": "percentage", "currency": "usd", "discount_value": "12.5", "is_active": "on"}
BACKWARDS = {
    "valid_from_0": "2026-11-02",
    "valid_from_1": "00:00",
    "valid_until_0": "2026-11-01",
    "valid_until_1": "00:00",
}
METHOD = {
    "code": "express",
    "name": "Express",
    "currency": "USD",
    "price": "12.99",
    "tax_class": "standard",
    "position": "0",
    "is_active": "on",
}
RATE = {"name": "VAT", "country": "de", "tax_class": "standard", "rate": "19", "is_active": "on"}


@pytest.fixture
def browser() -> Browser:
    return Browser(make_user(is_staff=True, is_superuser=True))


@pytest.fixture
def shop() -> Any:
    return make_organization()


def add(browser: Browser, model: str, shop: Any, **values: str) -> Any:
    return browser.post(page(f"orders_{model}", "add"), of=str(shop.id), **values)


def only(model: Any, shop: Any) -> Any:
    with organization_scope(shop.id):
        return model.objects.get()


def faults(answer: Any) -> set[str]:
    assert answer.status_code == 200
    return set(answer.context["adminform"].form.errors)


def test_a_coupon_is_made_and_changed(browser: Browser, shop: Any):
    dates = {"valid_from_0": "2026-11-01", "valid_from_1": "00:00:00"}
    assert add(browser, "coupon", shop, **COUPON, minimum="20.00", maximum="5", **dates).status_code == 302
    coupon = only(Coupon, shop)
    assert (coupon.code, coupon.value, coupon.currency) == ("SPRING", 125_000, "USD")
    assert (coupon.minimum_order_amount, coupon.maximum_discount_amount) == (2000, 500)
    assert coupon.valid_from == datetime(2026, 11, 1, tzinfo=UTC)
    change = page("orders_coupon", "change", coupon.pk)
    assert browser.fill_in(change, discount_value="10.75", minimum="", valid_from=None).status_code == 302
    coupon = only(Coupon, shop)
    assert (coupon.value, coupon.minimum_order_amount, coupon.maximum_discount_amount) == (107_500, 0, 500)
    told = Entry.objects.filter(name="orders.coupon_changed").order_by("sequence").values_list("payload", flat=True)
    assert [each["change"] for each in told] == ["created", "updated"]


def test_a_coupon_of_an_amount_is_in_its_currency(browser: Browser, shop: Any):
    coupon = make_coupon(shop.id, kind="fixed_amount", value=500, currency="JPY")
    change = page("orders_coupon", "change", coupon.pk)
    form = browser.get(change).context["adminform"].form
    assert form.initial["discount_value"] == "500"
    assert "discount_value" in faults(browser.fill_in(change, discount_value="5.5"))
    assert browser.fill_in(change, discount_value="600").status_code == 302
    assert only(Coupon, shop).value == 600


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"discount_value": "101"}, "discount_value"),
        ({"discount_value": "ten"}, "discount_value"),
        ({"discount_value": "0"}, "discount_value"),
        ({"kind": "fixed_amount", "discount_value": "5.001"}, "discount_value"),
        ({"currency": "XXQ"}, "currency"),
        ({"minimum": "-1"}, "minimum"),
        ({"maximum": "0"}, "maximum"),
        (BACKWARDS, "valid_until"),
        ({"code": ""}, "code"),
    ],
)
def test_a_coupon_that_makes_no_sense_is_not_made(browser: Browser, shop: Any, values: dict[str, str], field: str):
    assert field in faults(add(browser, "coupon", shop, **{**COUPON, **values}))
    with organization_scope(shop.id):
        assert not Coupon.objects.exists()


def test_a_code_is_given_once(browser: Browser, shop: Any):
    add(browser, "coupon", shop, **COUPON)
    again = add(browser, "coupon", shop, **COUPON)
    assert again.context["adminform"].form.non_field_errors()


def test_a_way_of_sending_is_made_and_changed(browser: Browser, shop: Any):
    more = {"free_from": "100", "to": "de, at", "by_weight": "1000: 4.99\n5000: 9.99", "minimum_days": "1"}
    assert add(browser, "shippingmethod", shop, **METHOD, **more).status_code == 302
    method = only(ShippingMethod, shop)
    assert (method.price_amount, method.free_from_amount, method.countries) == (1299, 10000, ["DE", "AT"])
    assert method.steps == [{"up_to_grams": 1000, "amount": 499}, {"up_to_grams": 5000, "amount": 999}]
    change = page("orders_shippingmethod", "change", method.pk)
    assert browser.fill_in(change, price="11.99", by_weight="", free_from="").status_code == 302
    method = only(ShippingMethod, shop)
    assert (method.price_amount, method.free_from_amount, method.steps) == (1199, None, [])
    assert (method.countries, method.minimum_days) == (["DE", "AT"], 1)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"price": "free"}, "price"),
        ({"to": "Germany"}, "to"),
        ({"except_to": "XX"}, "except_to"),
        ({"by_weight": "heavy: 4.99"}, "by_weight"),
        ({"by_weight": "1000"}, "by_weight"),
        ({"minimum_days": "3", "maximum_days": "1"}, "maximum_days"),
    ],
)
def test_a_way_of_sending_that_makes_no_sense(browser: Browser, shop: Any, values: dict[str, str], field: str):
    assert field in faults(add(browser, "shippingmethod", shop, **{**METHOD, **values}))


def test_a_tax_is_laid_down_and_changed(browser: Browser, shop: Any):
    assert add(browser, "taxrate", shop, **RATE).status_code == 302
    rate = only(TaxRate, shop)
    assert (rate.country, rate.millionths, rate.applies_to_shipping) == ("DE", 190_000, False)
    assert browser.fill_in(page("orders_taxrate", "change", rate.pk), rate="10.75").status_code == 302
    assert only(TaxRate, shop).millionths == 107_500
    assert "country" in faults(add(browser, "taxrate", shop, **{**RATE, "country": "", "region": "Bavaria"}))
    assert "rate" in faults(add(browser, "taxrate", shop, **{**RATE, "rate": "100.5"}))


@pytest.mark.parametrize(
    ("model", "make", "table"),
    [
        ("coupon", make_coupon, Coupon),
        ("shippingmethod", make_shipping_method, ShippingMethod),
        ("taxrate", make_tax_rate, TaxRate),
    ],
    ids=["coupon", "shippingmethod", "taxrate"],
)
def test_a_rule_is_deleted_by_its_service(browser: Browser, shop: Any, model: str, make: Any, table: Any):
    rule = make(shop.id)
    assert str(rule) in browser.get(page(f"orders_{model}")).content.decode()
    assert browser.post(page(f"orders_{model}", "delete", rule.pk), post="yes").status_code == 302
    with organization_scope(shop.id):
        assert not table.objects.exists()
    told = Entry.objects.filter(name__endswith="_changed").latest("sequence")
    assert (told.name.startswith("orders."), told.payload["change"]) == (True, "deleted")
