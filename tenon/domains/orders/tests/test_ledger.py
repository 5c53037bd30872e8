"""The books: what is booked sums to zero, and what is wrong is found."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tenon.domains.orders.models import LedgerEntry, Order
from tenon.domains.orders.selectors.ledger import faults
from tenon.domains.orders.services import ledger
from tenon.domains.orders.tests.factories import NOW, make_order, make_organization, make_payment
from tenon.kernel.ids import new_id
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.organizations.selectors import OrganizationFacts

pytestmark = pytest.mark.django_db

AMOUNTS: dict[str, Any] = {
    "subtotal_amount": 2000,
    "discount_amount": 200,
    "shipping_amount": 599,
    "shipping_tax_amount": 64,
    "tax_amount": 258,
}


@pytest.fixture
def shop() -> OrganizationFacts:
    return make_organization()


@pytest.mark.parametrize(("tax_inclusive", "total"), [(False, 2657), (True, 2399)])
def test_a_sale_a_capture_a_refund_and_a_cancellation_balance(
    shop: OrganizationFacts, *, tax_inclusive: bool, total: int
):
    order = make_order(
        shop.id, quantity=2, **AMOUNTS, total_amount=total, tax_inclusive=tax_inclusive, captured_amount=total
    )
    payment = make_payment(order, state="captured", captured_amount=total)
    with organization_scope(shop.id):
        ledger.book_sale(order, now=NOW)
        assert ledger.balances(order.id)["tax"] == -258
        assert ledger.balances(order.id)["receivable"] == total
        ledger.book_capture(order, reference_id=payment.id, amount=total, now=NOW)
        Order.objects.update(state="confirmed")
        assert list(faults()) == []
        ledger.book_cancellation(order, now=NOW)
        Order.objects.update(state="cancelled")
        order.refresh_from_db()
        earned = ledger.balances(order.id)
        assert {name: amount for name, amount in earned.items() if amount} == {"cash": total, "receivable": -total}
        ledger.book_refund(order, reference_id=new_id(), amount=total, now=NOW)
        assert set(ledger.balances(order.id).values()) == {0}


def test_what_is_wrong_is_found(shop: OrganizationFacts):
    order = make_order(shop.id, state="confirmed")
    with organization_scope(shop.id):
        assert [fault.what for fault in faults()] == ["order"]
        ledger.book_sale(order, now=NOW)
        assert list(faults()) == []
        entry = LedgerEntry.objects.get(account="sales")
        LedgerEntry.objects.filter(pk=entry.pk).update(amount=entry.amount + 1)
        assert {fault.what for fault in faults()} == {"order", "transaction"}


def test_the_command_names_what_is_wrong(shop: OrganizationFacts, capsys: pytest.CaptureFixture[str]):
    call_command("verify_ledger")
    assert "The books are right." in capsys.readouterr().out
    order = make_order(shop.id, state="confirmed")
    with pytest.raises(CommandError):
        call_command("verify_ledger", organization=shop.id)
    assert str(order.id) in capsys.readouterr().out
