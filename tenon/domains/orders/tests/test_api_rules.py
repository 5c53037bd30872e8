"""Coupons, ways of sending and taxes, laid down over HTTP by those who may."""

import pytest

from tenon.domains.orders.models import Coupon
from tenon.domains.orders.services import coupons
from tenon.domains.orders.tests.factories import (
    NOW,
    add_member,
    make_coupon,
    make_order,
    make_organization,
    make_user,
)
from tenon.kernel import clock
from tenon.kernel.outbox.models import Entry
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity.tests.factories import start_session
from tenon.testing.client import Api

pytestmark = pytest.mark.django_db
COUPONS, METHODS, RATES = "/api/v1/coupons/", "/api/v1/shipping-methods/", "/api/v1/tax-rates/"
TEN = {"code": "welcome10", "discount_type": "percentage", "discount_value": "12.5", "currency": "USD"}
PARCEL = {"code": "standard", "name": "Standard", "price": "5.99", "currency": "USD", "free_from": "100"}
STATE = {"name": "Sales tax", "country": "US", "region": "CA", "rate": "10.75"}


class Staff:
    """Somebody in one organization."""

    def __init__(self, organization, user):
        self.api = Api(token=start_session(user, now=clock.now()).access)
        self.headers = {"X-Organization-ID": str(organization.id)}

    def ask(self, method, path, body=None, **headers):
        return self.api.request(method, path, body, headers=self.headers | headers)


@pytest.fixture
def seller():
    return make_organization()


@pytest.fixture
def admin(seller):
    return Staff(seller, add_member(seller.id, role="admin"))


def test_a_coupon_is_made_changed_and_deleted(seller, admin):
    made = admin.ask("POST", COUPONS, TEN)
    body = made.json()
    assert (made.status_code, body["code"], body["discount_value"]) == (201, "WELCOME10", "12.5")
    assert (body["discount_value_money"], body["usage_count"]) == (None, 0)
    path = made.headers["Location"]
    assert admin.ask("GET", path).json() == body
    changed = admin.ask("PATCH", path, {"minimum_order_amount": "20.00"}, **{"If-Match": made.headers["ETag"]})
    assert changed.json()["minimum_order_amount_money"] == {"amount": 2000, "currency": "USD"}
    stale = admin.ask("PATCH", path, {"usage_limit": 5}, **{"If-Match": made.headers["ETag"]})
    assert stale.status_code == 412
    assert [each["code"] for each in admin.ask("GET", COUPONS).json()["data"]] == ["WELCOME10"]
    assert admin.ask("DELETE", path).status_code == 204
    assert admin.ask("GET", path).status_code == 404
    told = Entry.objects.filter(name="orders.coupon_changed").order_by("pk")
    assert [entry.payload["change"] for entry in told] == ["created", "updated", "deleted"]


def test_an_amount_is_taken_off_in_its_currency(admin):
    five = {**TEN, "discount_type": "fixed_amount", "discount_value": {"amount": 500, "currency": "USD"}}
    body = admin.ask("POST", COUPONS, five).json()
    assert (body["discount_value"], body["discount_value_money"]["amount"]) == ("5.00", 500)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"discount_value": "100.1"}, "/discount_value"),
        ({"discount_value": "0"}, "/discount_value"),
        ({"discount_value": "-5"}, "/discount_value"),
        ({"discount_value": "1e1"}, "/discount_value"),
        ({"discount_value": 10}, "/discount_value"),
        ({"discount_type": "fixed_amount", "discount_value": "1.001"}, "/discount_value"),
        ({"maximum_discount_amount": {"amount": 1, "currency": "EUR"}}, "/maximum_discount_amount"),
        ({"minimum_order_amount": "99999999999999999999"}, "/minimum_order_amount"),
        ({"currency": "XXQ"}, "/currency"),
        ({"code": "two words"}, "/code"),
        ({"usage_limit": 0}, "/usage_limit"),
        ({"usage_limit": 2**63}, "/usage_limit"),
        ({"product_ids": ["x"]}, "/product_ids/0"),
        ({"valid_from": "2026-12-01T00:00:00Z", "valid_until": "2026-11-01T00:00:00Z"}, "/valid_until"),
        ({"used": 5}, "/used"),
    ],
)
def test_terms_that_make_no_sense_are_refused(admin, change, pointer):
    answer = admin.ask("POST", COUPONS, {**TEN, **change})
    assert answer.status_code in (400, 422), answer.content
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_a_code_is_taken_once(admin):
    admin.ask("POST", COUPONS, TEN)
    again = admin.ask("POST", COUPONS, {**TEN, "code": "Welcome10"})
    assert (again.status_code, again.json()["code"]) == (409, "code_taken")


def test_a_coupon_that_was_used_is_switched_off_and_not_deleted(seller, admin):
    coupon, order = make_coupon(seller.id, usage_limit=5), make_order(seller.id)
    with organization_scope(seller.id):
        coupons.redeem(
            coupon_id=coupon.id, order_id=order.id, user_id=None, email="a@example.com", discount_amount=1, now=NOW
        )
    path = f"{COUPONS}{coupon.id}/"
    assert admin.ask("DELETE", path).json()["code"] == "in_use"
    assert admin.ask("PATCH", path, {"is_active": False}).json()["is_active"] is False
    with organization_scope(seller.id):
        assert Coupon.objects.get(pk=coupon.id).used == 1


def test_ways_of_sending_are_laid_down(admin):
    made = admin.ask("POST", METHODS, {**PARCEL, "steps": [{"up_to_grams": 1000, "price": "3.00"}]})
    body = made.json()
    assert (made.status_code, body["price"], body["free_from"]) == (201, "5.99", "100.00")
    assert body["steps"][0]["price_money"]["amount"] == 300
    path = made.headers["Location"]
    assert admin.ask("PATCH", path, {"free_from": None, "countries": ["DE"]}).json()["free_from"] is None
    bad = admin.ask("PATCH", path, {"minimum_days": 5, "maximum_days": 3})
    assert (bad.status_code, bad.json()["errors"][0]["pointer"]) == (400, "/maximum_days")
    assert admin.ask("POST", METHODS, PARCEL).json()["code"] == "code_taken"
    assert admin.ask("DELETE", path).status_code == 204


def test_taxes_are_laid_down(admin):
    made = admin.ask("POST", RATES, STATE)
    assert (made.status_code, made.json()["rate"]) == (201, "10.75")
    assert admin.ask("POST", RATES, STATE).json()["code"] == "rate_taken"
    path = made.headers["Location"]
    assert admin.ask("PATCH", path, {"rate": "8.875"}).json()["rate"] == "8.875"
    for bad in ({"rate": "101"}, {"rate": "1.00001"}, {"country": "", "region": "CA"}):
        assert admin.ask("PATCH", path, bad).status_code == 400
    assert admin.ask("DELETE", path).status_code == 204
    settings = "/api/v1/tax-settings/"
    assert admin.ask("GET", settings).json() == {"prices_include_tax": False}
    for _ in range(2):
        assert admin.ask("PUT", settings, {"prices_include_tax": True}).json() == {"prices_include_tax": True}
    assert admin.ask("GET", settings).json() == {"prices_include_tax": True}


def test_only_those_with_the_word_see_and_change_them(seller):
    member, outsider = Staff(seller, add_member(seller.id)), Staff(seller, make_user())
    for path, body in ((COUPONS, TEN), (METHODS, PARCEL), (RATES, STATE)):
        assert (member.ask("GET", path).status_code, member.ask("POST", path, body).status_code) == (403, 403)
        assert outsider.ask("POST", path, body).status_code == 404
