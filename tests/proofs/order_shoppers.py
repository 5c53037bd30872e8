"""What two people and a guest do in the `Market`, as rules of a machine."""

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import ClassVar

from hypothesis import strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tenon.domains.catalog.errors import OutOfStock
from tenon.domains.orders.errors import CouponRefused, EmptyCart, ItemNotInCart, NotDeliveredYet, NotThatMany
from tenon.domains.orders.models import OrderItem, Payment
from tenon.domains.orders.policies import Shopper
from tenon.domains.orders.services import carts, checkout, payments, returns
from tenon.domains.orders.services.cart_holders import Holder
from tenon.domains.orders.services.checkout import Wishes
from tenon.domains.orders.services.shipments import Portion
from tenon.domains.orders.tests.factories import ADDRESS
from tenon.kernel import clock
from tenon.kernel.ids import new_id
from tenon.kernel.principal import ANONYMOUS, Principal, PrincipalKind
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.testing.stripe_server import StripeServer
from tenon.testing.stripe_server.faults import Fault
from tests.proofs.order_market import Bought, Market

GUEST = 2
CARDS = ["pm_card_visa", "pm_card_visa", "pm_card_chargeDeclined", "pm_sepaDebit", "pm_card_pendingRefund"]
TO_ADDRESS = {**ADDRESS, "country": "US"}

who = strategies.integers(0, GUEST)
thing = strategies.integers(0, 3)
method = strategies.sampled_from(["credit_card", "credit_card", "credit_card", "bank_transfer", "cash_on_delivery"])
few = strategies.integers(1, 3)
which = strategies.integers(0, 7)


def has_orders(machine: "Shoppers") -> bool:
    return bool(machine.market.bought)


class Shoppers(RuleBasedStateMachine):
    """In a shop of its own for each run."""

    stripe: ClassVar[StripeServer]

    @initialize(bought=strategies.lists(strategies.tuples(who, thing, method), min_size=1, max_size=3))
    def opens(self, bought: list[tuple[int, int, str]]) -> None:
        """With orders in it: a run is too short to begin with empty carts alone."""
        self.market = Market(self.stripe)
        self.carts: list[Counter[int]] = [Counter(), Counter(), Counter()]
        for who, what, method in [(GUEST, 0, "credit_card"), *bought]:
            self.buys(who=who, what=what, quantity=2, method=method, coupon=False)

    def one(self, which: int) -> Bought:
        return self.market.bought[-1 - which % len(self.market.bought)]

    @rule(who=who, what=thing, quantity=few)
    def puts_into_the_cart(self, who: int, what: int, quantity: int) -> None:
        product_id, variant_id = self.market.things[what]
        with suppress(OutOfStock):
            _cart, token = carts.add_item(
                **self.market.cart_of(who), product_id=product_id, variant_id=variant_id, quantity=quantity
            )
            self.carts[who][what] += quantity
            if token:
                self.market.holders[who] = Holder(token=token)

    @rule(who=who, what=thing, quantity=strategies.integers(0, 3))
    def changes_their_mind(self, who: int, what: int, quantity: int) -> None:
        product_id, variant_id = self.market.things[what]
        try:
            carts.update_item(
                **self.market.cart_of(who), product_id=product_id, variant_id=variant_id, quantity=quantity
            )
        except ItemNotInCart:
            assert not self.carts[who][what]
        except OutOfStock:
            assert quantity
        else:
            self.carts[who][what] = quantity

    @rule(who=strategies.integers(0, 1))
    def guest_turns_out_to_be(self, who: int) -> None:
        """Who signs in brings along what they collected before."""
        both = Holder(self.market.holders[who].user_id, self.market.holders[GUEST].token)
        carts.view(organization_id=self.market.shop, holder=both, now=clock.now())
        self.carts[who] += self.carts[GUEST]
        self.carts[GUEST], self.market.holders[GUEST] = Counter(), Holder()

    @rule(who=who, what=thing, quantity=few, method=method, coupon=strategies.booleans())
    def buys(self, who: int, what: int, quantity: int, method: str, coupon: bool) -> None:
        self.puts_into_the_cart(who=who, what=what, quantity=quantity)
        self.orders(who=who, method=method, coupon=coupon)

    @rule(who=who, method=method, coupon=strategies.booleans())
    def orders(self, who: int, method: str, coupon: bool) -> None:
        holder, wanted = self.market.holders[who], +self.carts[who]
        wishes = Wishes(
            payment_method=method,
            shipping_address=TO_ADDRESS,
            coupon_code=self.market.coupon if coupon else None,
            email="guest@example.com",
        )
        try:
            placed = checkout.place(**self.market.cart_of(who), actor_id=holder.user_id, wishes=wishes)
        except EmptyCart:
            assert not wanted
            return
        except CouponRefused:
            assert coupon
            return
        except OutOfStock:
            assert wanted
            return
        self.carts[who] = Counter()
        person = Principal(PrincipalKind.USER, id=holder.user_id, organization_id=self.market.shop)
        guest = replace(ANONYMOUS, organization_id=self.market.shop)
        self.market.bought.append(Bought(placed.id, Shopper(person) if holder.user_id else Shopper(guest, placed.id)))
        with organization_scope(self.market.shop, read_only=True):
            rows = OrderItem.objects.filter(order=placed.id).values_list("product", "variant", "quantity")
            assert {row[:2]: row[2] for row in rows} == {
                self.market.things[what]: many for what, many in wanted.items()
            }

    @precondition(has_orders)
    @rule(
        which=which,
        meanwhile=strategies.sampled_from(["", "", "", "lost", "cancelled", "paid by hand", "jobs"]),
    )
    def begins_to_pay(self, which: int, meanwhile: str) -> None:
        one, over = self.one(which), self.market.stripe.behave
        works = {
            "cancelled": partial(self.market.cancelled, one, by_staff=False),
            "paid by hand": partial(self.market.paid, one),
            "jobs": self.market.run_jobs,
        }
        if meanwhile == "lost":
            self.market.stripe.lose_answers()
        elif meanwhile:
            over = self.market.meanwhile(works[meanwhile])
        self.market.start(one, new_id())
        over()

    @precondition(lambda self: self.market.cut_off)
    @rule()
    def repeats_what_was_not_answered(self) -> None:
        self.market.cut_off.pop(0)()

    @precondition(lambda self: self.market.shown)
    @rule(which=which, card=strategies.sampled_from(CARDS))
    def pays(self, which: int, card: str) -> None:
        with suppress(Fault):
            self.market.account.confirm(self.market.shown[-1 - which % len(self.market.shown)], card)

    @precondition(lambda self: self.market.shown)
    @rule(which=which, succeed=strategies.booleans())
    def bank_decides(self, which: int, succeed: bool) -> None:
        with suppress(Fault):
            self.market.account.finish(self.market.shown[-1 - which % len(self.market.shown)], succeed=succeed)

    @precondition(has_orders)
    @rule(which=which)
    def browser_confirms(self, which: int) -> None:
        one = self.one(which)
        for payment_id in self.market.ids(Payment, one):
            payments.confirm(shopper=one.shopper, payment_id=payment_id, now=clock.now())

    @precondition(has_orders)
    @rule(which=which)
    def pays_without_a_hitch(self, which: int) -> None:
        one = self.one(which)
        before = len(self.market.shown)
        self.market.start(one, new_id())
        for reference in self.market.shown[before:]:
            with suppress(Fault):
                self.market.account.confirm(reference)
        self.browser_confirms(which=which)

    @precondition(has_orders)
    @rule(which=which, card=strategies.sampled_from(CARDS))
    def pays_by_hand_and_by_card(self, which: int, card: str) -> None:
        one = self.one(which)
        before = len(self.market.shown)
        self.market.start(one, new_id())
        self.market.paid(one)
        for reference in self.market.shown[before:]:
            with suppress(Fault):
                self.market.account.confirm(reference, card)

    @precondition(has_orders)
    @rule(which=which, by_staff=strategies.booleans())
    def is_cancelled(self, which: int, by_staff: bool) -> None:
        self.market.cancelled(self.one(which), by_staff=by_staff)

    @precondition(has_orders)
    @rule(which=which, line=which, quantity=few)
    def asks_to_send_back(self, which: int, line: int, quantity: int) -> None:
        one = self.one(which)
        items = self.market.ids(OrderItem, one)
        with suppress(NotDeliveredYet, NotThatMany):
            returns.request(
                shopper=one.shopper,
                organization_id=self.market.shop,
                order_id=one.id,
                portions=[Portion(items[line % len(items)], quantity)],
                reason="",
                now=clock.now(),
            )
