"""Prices: line by line they add up to the totals, in currencies with none, two and three decimals, whatever is sold."""

from collections import Counter
from fractions import Fraction
from random import Random
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenon.domains.orders.engines import coupons, pricing, shipping, taxes
from tenon.domains.orders.engines.coupons import Kind, Terms
from tenon.domains.orders.engines.pricing import Line, Totals, price
from tenon.domains.orders.engines.shipping import Method, Step
from tenon.domains.orders.engines.taxes import Rate
from tenon.kernel.money import InvalidAmount, Money, UnknownCurrency

MILLION = 1_000_000
PRODUCTS = [UUID(int=number) for number in range(1, 5)]
CATEGORIES = [UUID(int=number) for number in range(10, 13)]
CLASSES = ["standard", "reduced", "books"]

CURRENCIES = st.sampled_from(["JPY", "USD", "KWD"])
RATES = st.dictionaries(
    st.sampled_from(["standard", "reduced"]),
    st.lists(
        st.builds(
            Rate,
            name=st.sampled_from(["VAT", "GST", "PST"]),
            millionths=st.integers(0, MILLION),
            applies_to_shipping=st.booleans(),
        ),
        max_size=3,
    ),
)
LINES = st.lists(
    st.builds(
        Line,
        product_id=st.sampled_from(PRODUCTS),
        unit_price=st.integers(0, 10**7),
        quantity=st.integers(1, 999),
        tax_class=st.sampled_from(CLASSES),
        weight_grams=st.integers(0, 5000),
        requires_shipping=st.booleans(),
        category_ids=st.frozensets(st.sampled_from(CATEGORIES)),
    ),
    max_size=8,
)
COUPONS = st.none() | st.builds(
    Terms,
    kind=st.sampled_from(Kind),
    value=st.integers(0, 2 * MILLION),
    minimum=st.integers(0, 10**6),
    maximum=st.none() | st.integers(0, 10**6),
    product_ids=st.frozensets(st.sampled_from(PRODUCTS), max_size=2),
    category_ids=st.frozensets(st.sampled_from(CATEGORIES), max_size=2),
)
METHODS = st.none() | st.builds(
    Method,
    name=st.just("Standard"),
    amount=st.integers(0, 10_000),
    free_from=st.none() | st.integers(0, 10**6),
    tax_class=st.sampled_from(["standard", "reduced", "exempt"]),
)
CARTS = st.builds(
    price, LINES, coupon=COUPONS, method=METHODS, rates=RATES, tax_inclusive=st.booleans(), currency=CURRENCIES
)


def line(unit_price: int, quantity: int = 1, **more: object) -> Line:
    return Line(product_id=uuid4(), unit_price=unit_price, quantity=quantity, **more)  # type: ignore[arg-type]


def sales_tax(millionths: int) -> dict[str, list[Rate]]:
    return {"standard": [Rate("Sales tax", millionths, applies_to_shipping=False)]}


@given(CARTS)
def test_the_lines_add_up_to_the_totals(totals: Totals) -> None:
    lines = totals.lines
    assert totals.subtotal == sum(each.subtotal for each in lines)
    assert totals.discount == sum(each.discount for each in lines)
    assert totals.tax == sum(each.tax for each in lines) + totals.shipping_tax
    assert totals.tax == sum(tax.amount for tax in totals.taxes)
    shipping_tax = 0 if totals.tax_inclusive else totals.shipping_tax
    assert totals.total == sum(each.total for each in lines) + totals.shipping + shipping_tax


@given(CARTS)
def test_a_customer_can_check_the_total(totals: Totals) -> None:
    on_top = 0 if totals.tax_inclusive else totals.tax
    assert totals.total == totals.subtotal - totals.discount + totals.shipping + on_top
    for each in totals.lines:
        put_on = 0 if totals.tax_inclusive else each.tax
        assert each.total == each.subtotal - each.discount + put_on


@given(CARTS)
def test_nothing_is_negative_and_no_line_costs_less_than_nothing(totals: Totals) -> None:
    for each in totals.lines:
        assert 0 <= each.discount <= each.subtotal
        assert each.tax >= 0
        assert each.total >= 0
    assert min(totals.total, totals.tax, totals.shipping, totals.shipping_tax) >= 0


@given(CARTS)
def test_what_is_contained_is_no_more_than_what_contains_it(totals: Totals) -> None:
    if totals.tax_inclusive:
        assert all(each.tax <= each.total for each in totals.lines)
        assert totals.shipping_tax <= totals.shipping


@given(CARTS)
def test_amounts_survive_being_written_in_their_currency(totals: Totals) -> None:
    for amount in (totals.subtotal, totals.discount, totals.tax, totals.shipping, totals.total):
        money = Money(amount, totals.currency)
        assert Money.parse(str(money), totals.currency) == money


@given(LINES, st.integers(0, MILLION), st.booleans())
def test_a_tax_is_the_exact_one_to_half_a_unit(lines: list[Line], millionths: int, inclusive: bool) -> None:
    goods = [each for each in lines if each.tax_class == "standard"]
    totals = price(goods, rates=sales_tax(millionths), tax_inclusive=inclusive, currency="USD")
    exact = Fraction(totals.subtotal * millionths, MILLION + millionths if inclusive else MILLION)
    assert abs(totals.tax - exact) <= Fraction(1, 2)
    for each in totals.lines:
        share = exact * Fraction(each.subtotal, totals.subtotal or 1)
        assert abs(each.tax - share) < Fraction(3, 2)


@given(CARTS)
def test_a_tax_names_the_base_that_it_is_of(totals: Totals) -> None:
    together = sum(tax.millionths for tax in totals.taxes)
    for tax in totals.taxes:
        exact = Fraction(tax.base * tax.millionths, MILLION)
        # Of a contained tax the base is rounded too, and the sum of all names is divided among them.
        spread = 2 + Fraction(together, MILLION) if totals.tax_inclusive else Fraction(1, 2)
        assert abs(tax.amount - exact) <= spread


@given(LINES, COUPONS, st.randoms())
def test_the_order_of_lines_changes_no_total(lines: list[Line], coupon: Terms | None, random: Random) -> None:
    shuffled = list(lines)
    random.shuffle(shuffled)
    one, other = (price(each, coupon=coupon, rates=sales_tax(107_500), currency="USD") for each in (lines, shuffled))
    assert (one.subtotal, one.discount, one.tax, one.total) == (other.subtotal, other.discount, other.tax, other.total)
    assert Counter(each.subtotal for each in one.lines) == Counter(each.subtotal for each in other.lines)


def test_the_example_with_tax_and_shipping() -> None:
    totals = price([line(2499)], method=Method(name="Ground", amount=644), rates=sales_tax(107_500), currency="USD")
    assert str(Money(totals.tax, "USD")) == "2.69"
    assert str(Money(totals.total, "USD")) == "34.12"


@pytest.mark.parametrize(
    ("currency", "unit_price", "tax", "total"),
    [("JPY", 2499, "269", "2768"), ("USD", 2499, "2.69", "27.68"), ("KWD", 2499, "0.269", "2.768")],
)
def test_units_are_rounded_not_decimals(currency: str, unit_price: int, tax: str, total: str) -> None:
    totals = price([line(unit_price)], rates=sales_tax(107_500), currency=currency)
    assert (str(Money(totals.tax, currency)), str(Money(totals.total, currency))) == (tax, total)


def test_a_tax_of_many_cheap_things_is_not_lost_in_rounding_each() -> None:
    totals = price([line(4)] * 10, rates=sales_tax(107_500), currency="USD")
    assert totals.tax == 4
    assert sorted(each.tax for each in totals.lines) == [0] * 6 + [1] * 4


def test_a_contained_tax_leaves_the_price_as_it_is() -> None:
    totals = price([line(1190)], rates=sales_tax(190_000), tax_inclusive=True, currency="EUR")
    assert (totals.tax, totals.total) == (190, 1190)
    assert totals.taxes == (taxes.Tax("Sales tax", 190_000, 1000, 190),)


def test_taxes_of_different_names_add_up() -> None:
    both = {"standard": [Rate("GST", 50_000), Rate("PST", 70_000)]}
    totals = price([line(1000)], rates=both, currency="CAD")
    assert [(tax.name, tax.amount) for tax in totals.taxes] == [("GST", 50), ("PST", 70)]


def test_classes_that_a_place_says_nothing_of_are_taxed_with_the_standard_ones() -> None:
    totals = price([line(10), line(10, tax_class="toys")], rates=sales_tax(50_000), currency="USD")
    assert len(totals.taxes) == 1
    assert totals.tax == 1


def test_shipping_is_taxed_where_the_rate_is_for_it() -> None:
    method = Method(name="Parcel", amount=500)
    goods_only = price([line(1000)], method=method, rates=sales_tax(200_000), currency="EUR")
    assert (goods_only.shipping_tax, goods_only.tax, goods_only.total) == (0, 200, 1700)
    both = price([line(1000)], method=method, rates={"standard": [Rate("VAT", 200_000)]}, currency="EUR")
    assert (both.shipping_tax, both.tax, both.total) == (100, 300, 1800)
    assert both.taxes == (taxes.Tax("VAT", 200_000, 1500, 300),)


def test_the_most_precise_rate_of_a_name_applies() -> None:
    rates = [
        Rate("VAT", 0, country="ES", region="CN"),
        Rate("VAT", 210_000, country="ES"),
        Rate("VAT", 190_000, country="DE"),
        Rate("Levy", 10_000),
    ]
    found = taxes.applicable(rates, country="ES", region="CN")
    assert [(rate.name, rate.millionths) for rate in found["standard"]] == [("Levy", 10_000), ("VAT", 0)]
    assert [rate.millionths for rate in taxes.applicable(rates, country="ES")["standard"]] == [10_000, 210_000]
    assert [rate.name for rate in taxes.applicable(rates, country="FR")["standard"]] == ["Levy"]


@pytest.mark.parametrize("written", ["new york", " New  York ", "NEW YORK"])
def test_a_region_is_taxed_however_its_letters_are_written(written: str) -> None:
    rates = [Rate("Sales tax", 88_750, country="US", region="New York")]
    assert taxes.applicable(rates, country="US", region=written)["standard"] == tuple(rates)
    assert taxes.applicable(rates, country="US", region="Newark") == {}


def test_a_percentage_is_taken_off_up_to_its_cap() -> None:
    ten = Terms(Kind.PERCENTAGE, 100_000, maximum=500)
    assert price([line(4000)], coupon=ten, currency="USD").discount == 400
    assert price([line(9000)], coupon=ten, currency="USD").discount == 500


def test_a_fixed_amount_takes_off_no_more_than_the_goods_cost() -> None:
    totals = price([line(300), line(100)], coupon=Terms(Kind.FIXED_AMOUNT, 1000), currency="USD")
    assert [each.discount for each in totals.lines] == [300, 100]
    assert totals.total == 0


def test_tax_is_on_what_is_left_after_the_discount() -> None:
    totals = price([line(1000)], coupon=Terms(Kind.PERCENTAGE, 500_000), rates=sales_tax(100_000), currency="USD")
    assert (totals.tax, totals.total) == (50, 550)


def test_a_coupon_counts_and_reduces_only_the_goods_that_it_is_for() -> None:
    inside, outside = line(1000, category_ids=frozenset({CATEGORIES[0]})), line(5000)
    terms = Terms(Kind.PERCENTAGE, 100_000, minimum=2000, category_ids=frozenset({CATEGORIES[0]}))
    assert coupons.refusal(terms, [outside]) is coupons.Refusal.NOT_FOR_THESE_GOODS
    assert coupons.refusal(terms, [inside, outside]) is coupons.Refusal.BELOW_MINIMUM
    assert price([inside, outside], coupon=terms, currency="USD").discount == 0
    assert [each.discount for each in price([inside, inside, outside], coupon=terms, currency="USD").lines] == [
        100,
        100,
        0,
    ]


def test_products_and_categories_are_alternatives() -> None:
    one, other = Line(PRODUCTS[0], 1000, 1), Line(PRODUCTS[1], 1000, 1, category_ids=frozenset({CATEGORIES[1]}))
    either = Terms(
        Kind.PERCENTAGE, 100_000, product_ids=frozenset({PRODUCTS[0]}), category_ids=frozenset({CATEGORIES[1]})
    )
    assert coupons.discounts(either, [one, other]) == [100, 100]


def test_shipping_is_free_from_what_is_paid_for_the_goods() -> None:
    standard = Method(name="Standard", amount=599, free_from=10_000)
    assert price([line(9999)], method=standard, currency="USD").shipping == 599
    assert price([line(10_000)], method=standard, currency="USD").shipping == 0
    less = Terms(Kind.FIXED_AMOUNT, 1)
    assert price([line(10_000)], method=standard, coupon=less, currency="USD").shipping == 599


def test_what_needs_no_sending_costs_no_sending() -> None:
    totals = price([line(500, requires_shipping=False)], method=Method(name="Standard", amount=599), currency="USD")
    assert (totals.shipping, totals.total) == (0, 500)


def test_weight_decides_the_step_and_is_of_all_pieces() -> None:
    parcel = Method(name="Parcel", amount=0, steps=(Step(5000, 900), Step(1000, 400)))
    lines = [line(100, 2, weight_grams=600), line(100, weight_grams=9000, requires_shipping=False)]
    assert pricing.weight(lines) == 1200
    assert price(lines, method=parcel, currency="USD").shipping == 900
    assert shipping.offered([parcel], country="", grams=5001) == []


def test_methods_serve_their_countries() -> None:
    home = Method(name="Home", amount=1, countries=frozenset({"DE", "AT"}))
    abroad = Method(name="Abroad", amount=2, except_countries=frozenset({"DE"}))
    assert shipping.offered([home, abroad], country="DE", grams=0) == [home]
    assert shipping.offered([home, abroad], country="AT", grams=0) == [home, abroad]
    assert shipping.offered([home, abroad], country="JP", grams=0) == [abroad]
    assert shipping.offered([home, abroad], country="", grams=0) == [home, abroad]


def test_an_empty_cart_costs_nothing() -> None:
    totals = price([], coupon=Terms(Kind.FIXED_AMOUNT, 100), method=Method("Standard", 599), currency="USD")
    assert (totals.total, totals.lines, totals.taxes) == (0, (), ())


def test_sums_that_no_column_holds_are_refused() -> None:
    with pytest.raises(InvalidAmount):
        price([line(2**62, 3)], currency="USD")


def test_unknown_currencies_are_refused() -> None:
    with pytest.raises(UnknownCurrency):
        price([line(1)], currency="XXQ")
