"""What the database itself refuses, whoever writes."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tenon.domains.orders.models import Cart, CartItem, Coupon, LedgerEntry, Order, OrderItem, OrderTransition
from tenon.domains.orders.tests.factories import NOW, make_order, make_organization, make_product
from tenon.kernel.ids import new_id
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.organizations.selectors import OrganizationFacts

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> OrganizationFacts:
    return make_organization()


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "sold"},
        {"subtotal_amount": -1, "total_amount": -1},
        {"total_amount": 1001},
        {"shipping_amount": 599},
        {"tax_amount": 107},
        {"tax_amount": 107, "total_amount": 1107, "tax_inclusive": True},
        {"refunded_amount": 1},
        {"captured_amount": 1001},
    ],
)
def test_an_order_that_does_not_add_up_is_not_stored(shop: OrganizationFacts, fields: dict[str, Any]):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_order(shop.id, **fields)


def test_a_number_names_one_order(shop: OrganizationFacts):
    make_order(shop.id, number="KAS-1")
    make_order(make_organization().id, number="KAS-1")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_order(shop.id, number="KAS-1")


@pytest.mark.parametrize(
    "fields",
    [
        {"quantity": 0, "subtotal_amount": 0, "total_amount": 0},
        {"subtotal_amount": 1999},
        {"total_amount": 1},
        {"discount_amount": 1001, "total_amount": -1},
        {"shipped_quantity": 2},
        {"returned_quantity": 2},
    ],
)
def test_a_line_that_does_not_add_up_is_not_stored(shop: OrganizationFacts, fields: dict[str, Any]):
    order = make_order(shop.id)
    with organization_scope(shop.id), pytest.raises(IntegrityError), transaction.atomic():
        OrderItem.objects.filter(order=order).update(**fields)


def test_a_cart_belongs_to_a_person_or_a_guest(shop: OrganizationFacts):
    with organization_scope(shop.id), pytest.raises(IntegrityError), transaction.atomic():
        Cart.objects.create(currency="USD")


def test_a_cart_has_one_line_for_what_is_offered(shop: OrganizationFacts):
    with organization_scope(shop.id):
        cart = Cart.objects.create(currency="USD", token_hash="a" * 64, expires_at=NOW)
        product_id = make_product(shop.id).id
        line = {"cart": cart, "product_id": product_id, "offered_id": product_id, "unit_price_amount": 1}
        CartItem.objects.create(**line, quantity=1)
        with pytest.raises(IntegrityError), transaction.atomic():
            CartItem.objects.create(**line, quantity=2)


def test_a_coupon_is_not_used_beyond_its_limit(shop: OrganizationFacts):
    with organization_scope(shop.id):
        Coupon.objects.create(code="TEN", kind="percentage", value=100_000, currency="USD", usage_limit=1, used=1)
        with pytest.raises(IntegrityError), transaction.atomic():
            Coupon.objects.update(used=2)


def test_a_step_leads_to_a_state_that_there_is(shop: OrganizationFacts):
    order = make_order(shop.id)
    with organization_scope(shop.id), pytest.raises(IntegrityError), transaction.atomic():
        OrderTransition.objects.create(order=order, number=1, target="sold", happened_at=NOW)


def test_a_thing_is_booked_once(shop: OrganizationFacts):
    order = make_order(shop.id)
    entry = {"order": order, "kind": "sale", "reference_id": order.id, "account": "cash", "currency": "USD"}
    with organization_scope(shop.id):
        LedgerEntry.objects.create(**entry, transaction_id=new_id(), amount=1, booked_at=NOW)
        with pytest.raises(IntegrityError), transaction.atomic():
            LedgerEntry.objects.create(**entry, transaction_id=new_id(), amount=2, booked_at=NOW)
    with organization_scope(shop.id):
        assert Order.objects.count() == 1
