"""Money in JSON: both forms out, both forms in, and never a float."""

import pytest
from rest_framework import serializers

from tenon.kernel.http.amounts import AmountField, minor_units, shown
from tenon.kernel.money import CurrencyMismatch, InvalidAmount, Money


class Priced(serializers.Serializer):
    price = AmountField()


def read(value: object):
    serializer = Priced(data={"price": value})
    return serializer.validated_data["price"] if serializer.is_valid() else serializer.errors["price"][0].code


def test_both_forms_are_read():
    assert minor_units(read("24.99"), currency="USD", field="price") == 2499
    assert minor_units(read("2499"), currency="JPY", field="price") == 2499
    assert minor_units(read({"amount": 2499, "currency": "KWD"}), currency="KWD", field="price") == 2499


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (24.99, "invalid"),
        (2499, "invalid"),
        (True, "invalid"),
        ([], "invalid"),
        ({}, "invalid"),
        ({"amount": 2499}, "invalid"),
        ({"amount": "2499", "currency": "USD"}, "invalid"),
        ({"amount": True, "currency": "USD"}, "invalid"),
        ({"amount": 24.99, "currency": "USD"}, "invalid"),
        ({"amount": 2499, "currency": 7}, "invalid"),
        ({"amount": 2499, "currency": "USD", "exponent": 2}, "invalid"),
        ({"amount": 2499, "currency": "ZZZ"}, "unknown_currency"),
        ({"amount": 2**63, "currency": "USD"}, "invalid_amount"),
    ],
)
def test_what_is_no_amount_is_refused(value, code):
    assert read(value) == code


@pytest.mark.parametrize("text", ["24.999", "-1", "", "1e3", "24,99", "9" * 30])
def test_the_fault_names_the_field(text):
    with pytest.raises(InvalidAmount) as refusal:
        minor_units(text, currency="USD", field="price")
    assert refusal.value.errors[0].pointer == "/price"


def test_another_currency_is_refused():
    with pytest.raises(CurrencyMismatch):
        minor_units(Money(1, "EUR"), currency="USD", field="price")


def test_both_forms_are_shown():
    assert shown("price", 2499, "USD") == {
        "price": "24.99",
        "price_money": {"amount": 2499, "currency": "USD"},
    }
    assert shown("total", 5, "JPY")["total"] == "5"
    assert shown("compare_price", None, "USD") == {"compare_price": None, "compare_price_money": None}
