"""What is kept of a person, and what is left of them."""

import json

import pytest

from tenon.domains.orders.models import CustomerAddress, Order, OrderNote
from tenon.domains.orders.selectors.holding import held_of
from tenon.domains.orders.services.holding import forget
from tenon.domains.orders.tests.factories import NOW, make_address, make_order, make_organization, make_user
from tenon.kernel.tenancy.scopes import organization_scope, system_scope

pytestmark = pytest.mark.django_db


def test_a_copy_has_orders_and_addresses_and_nobody_elses():
    shop, ada, bob = make_organization(), make_user(), make_user()
    make_address(shop.id, ada.id)
    make_order(shop.id, user=ada, number="KAS-ADA")
    make_order(shop.id, user=bob, number="KAS-BOB")
    with system_scope(reason="a test", read_only=True):
        held = held_of(ada.id)
    assert [order["number"] for order in held["orders"]] == ["KAS-ADA"]
    assert len(held["order_items"]) == len(held["addresses"]) == 1


def test_an_order_stays_with_nobody_in_it():
    shop, ada = make_organization(), make_user()
    make_address(shop.id, ada.id)
    order = make_order(shop.id, user=ada, customer_note="Ring at Lovelace's")
    with organization_scope(shop.id):
        OrderNote.objects.create(order=order, body="Lovelace called")
    for _ in range(2):
        with system_scope(reason="a test"):
            forget(user_id=ada.id, now=NOW)
    with organization_scope(shop.id):
        left = Order.objects.get()
        assert (left.number, left.total_amount, left.forgotten_at) == (order.number, order.total_amount, NOW)
        assert left.shipping_address == {"country": "GB", "region": ""}
        assert "Lovelace" not in json.dumps([left.shipping_address, left.billing_address, left.customer_note])
        assert left.email == ""
        assert not CustomerAddress.objects.exists()
        assert not OrderNote.objects.exists()
