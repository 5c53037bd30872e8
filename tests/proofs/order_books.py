"""What must hold of a shop at every moment, reckoned here once more: from its tables alone, by rules of our own.

The rules are written down again on purpose: what the code believes is what is on trial.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Sum

from tenon.domains.catalog.models import StockLevel, StockMovement, StockReservation
from tenon.domains.orders.models import (
    Coupon,
    CouponUsage,
    LedgerEntry,
    Order,
    OrderItem,
    OrderTransition,
    Payment,
    Refund,
    ReturnItem,
)
from tenon.kernel.tenancy.scopes import organization_scope

STEPS: Mapping[str, set[str]] = {
    "": {"pending"},
    "pending": {"confirmed", "cancelled"},
    "confirmed": {"processing", "cancelled"},
    "processing": {"shipped", "cancelled"},
    "shipped": {"delivered"},
    "delivered": {"refunded"},
}
_STILL_OPEN = {"pending", "processing", "failed", "captured", "cancelled"}
PAYMENT_STEPS: Mapping[str, set[str]] = {
    "pending": _STILL_OPEN,
    "processing": _STILL_OPEN,
    "failed": _STILL_OPEN,
    "cancelled": {"cancelled", "captured"},  # paid in the moment in which it was called off
    "captured": {"captured"},
}
EARNINGS = {"sales", "discounts", "shipping", "tax"}


@dataclass
class Money:
    """What was taken and given back for one order."""

    captured: int = 0
    reserved: int = 0
    returned: int = 0
    failed: int = 0
    accounts: Counter[str] = field(default_factory=Counter)


@dataclass
class Books:
    """The tables of one shop, and what was so when they were last looked at. `brought` came in by no order."""

    shop: UUID
    brought: dict[UUID, int]
    untracked: set[UUID]
    payments: dict[UUID, tuple[str, int]] = field(default_factory=dict)
    coupon_limits: tuple[int, int] = (0, 0)

    def check(self) -> None:
        """Raises AssertionError for whatever does not hold."""
        with organization_scope(self.shop, read_only=True):
            orders = {row["id"]: row for row in Order.objects.values()}
            self._check_steps(orders)
            self._check_stock(orders)
            money = self.money()
            for order_id, order in orders.items():
                _check_money(order, money[order_id])
            self._check_payments()
            self._check_coupon(orders)

    def _check_steps(self, orders: Mapping[UUID, Mapping[str, Any]]) -> None:
        """Every order came where it is along the table, one step after the other."""
        at: dict[UUID, str] = defaultdict(str)
        rows = OrderTransition.objects.order_by("number").values_list("order", "source", "target")
        for order_id, source, target in rows:
            assert source == at[order_id], f"{order_id} was {at[order_id]}, and comes from {source}"
            assert target in STEPS[source], f"{source} to {target}"
            at[order_id] = target
        assert at == {order_id: order["state"] for order_id, order in orders.items()}

    def _check_stock(self, orders: Mapping[UUID, Mapping[str, Any]]) -> None:
        """Stock is the sum of its movements, and allocated what is held: both as the states of the orders have it."""
        on_hand, allocated = Counter(self.brought), Counter[UUID]()
        for order_id, product_id, variant_id, quantity in OrderItem.objects.values_list(
            "order", "product", "variant", "quantity"
        ):
            item: UUID = variant_id or product_id
            if item in self.untracked:
                continue
            state = orders[order_id]["state"]
            allocated[item] += quantity * (state == "pending")
            on_hand[item] -= quantity * (state not in {"pending", "cancelled"})
        back = ReturnItem.objects.filter(of_return__state="received", restock=True)
        for product_id, variant_id, quantity in back.values_list(
            "order_item__product", "order_item__variant", "quantity"
        ):
            if (variant_id or product_id) not in self.untracked:
                on_hand[variant_id or product_id] += quantity
        levels = {row.item_id: row for row in StockLevel.objects.all()}
        moved: Counter[UUID] = Counter()
        for product_id, variant_id, change in StockMovement.objects.values_list(
            "product", "variant", "quantity_change"
        ):
            moved[variant_id or product_id] += change
        held = dict(
            StockReservation.objects.filter(state="held").values_list("item_id").annotate(total=Sum("quantity"))
        )
        for item, level in levels.items():
            assert level.on_hand == moved[item] == on_hand[item], item
            assert level.allocated == held.get(item, 0) == allocated[item], item
            assert level.allow_backorder or 0 <= level.allocated <= level.on_hand or item in self.untracked

    def money(self) -> dict[UUID, Money]:
        """What was taken and given back, by order, in the open scope; every transaction of the books sums to zero."""
        found: dict[UUID, Money] = defaultdict(Money)
        of_payment: Counter[UUID] = Counter()
        for order_id, payment_id, state, amount in Refund.objects.values_list("order", "payment", "state", "amount"):
            found[order_id].returned += amount * (state == "succeeded")
            found[order_id].failed += state == "failed"
            of_payment[payment_id] += amount * (state != "failed")
        for payment in Payment.objects.values():
            assert payment["refunded_amount"] == of_payment[payment["id"]]
            assert 0 <= payment["refunded_amount"] <= payment["captured_amount"] <= payment["amount"]
            assert payment["captured_amount"] == payment["amount"] * (payment["state"] == "captured")
            found[payment["order_id"]].captured += payment["captured_amount"]
            found[payment["order_id"]].reserved += payment["refunded_amount"]
        sums: Counter[UUID] = Counter()
        for order_id, transaction_id, account, amount in LedgerEntry.objects.values_list(
            "order", "transaction_id", "account", "amount"
        ):
            sums[transaction_id] += amount
            found[order_id].accounts[account] += amount
        assert not any(sums.values()), "a transaction does not sum to zero"
        return found

    def _check_payments(self) -> None:
        """Payments go on along their table, and what was taken stays taken."""
        for payment_id, state, captured in Payment.objects.values_list("id", "state", "captured_amount"):
            before, taken = self.payments.get(payment_id, ("pending", 0))
            assert state in PAYMENT_STEPS[before], f"{before} to {state}"
            assert captured >= taken
            self.payments[payment_id] = state, captured

    def _check_coupon(self, orders: Mapping[UUID, Mapping[str, Any]]) -> None:
        """A coupon is used by the orders that have it and stand, within its limits."""
        holders = {order["id"] for order in orders.values() if order["coupon_code"] and order["state"] != "cancelled"}
        usages = list(CouponUsage.objects.values_list("order", "customer"))
        assert len(usages) == len(holders)
        assert {order_id for order_id, _ in usages} == holders
        assert list(Coupon.objects.values_list("used", flat=True)) == [len(usages)]
        whole, each = self.coupon_limits
        assert len(usages) <= whole
        assert max(Counter(customer for _, customer in usages).values(), default=0) <= each


def _check_money(order: Mapping[str, Any], money: Money) -> None:
    """What is written at the order, and on its accounts, follows from its payments and refunds."""
    total, state = order["total_amount"], order["state"]
    above = max(0, money.captured - total)
    captured, returned = money.captured - above, max(0, money.returned - above)
    assert order["captured_amount"] == captured
    assert order["refunded_amount"] == max(0, money.reserved - above)
    assert 0 <= order["refunded_amount"] <= captured <= total
    assert order["payment_status"] in _statuses(total, captured, returned)
    accounts = money.accounts
    assert accounts["cash"] == money.captured - money.returned
    assert sum(accounts[each] for each in EARNINGS) == -total * (state not in {"pending", "cancelled"})
    assert accounts["refunds"] >= 0
    if state == "cancelled":
        assert accounts["refunds"] == 0
        assert accounts["receivable"] == money.returned - money.captured
    if order["state"] == "refunded":
        assert money.captured > 0


def _statuses(total: int, captured: int, returned: int) -> set[str]:
    if not captured:
        return {"pending", "failed"}
    if returned == captured:
        return {"refunded"}
    if returned:
        return {"partially_refunded"}
    return {"paid"} if captured == total else {"pending"}
