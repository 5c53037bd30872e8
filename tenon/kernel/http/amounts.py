"""Money in JSON: a decimal string under a field's name (`price`), and exactly beside it (`price_money`).

    "price": "24.99", "price_money": {"amount": 2499, "currency": "USD"}

Both are taken on input, under the field's name. A number is not: a float has lost the amount before we see it.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from tenon.kernel.errors import FieldError
from tenon.kernel.http.pointers import pointer
from tenon.kernel.money import CurrencyMismatch, InvalidAmount, Money, UnknownCurrency

Given = str | Money
"""What an AmountField reads: a decimal string in a currency that is not said, or money."""

_DECIMAL = {"type": "string", "pattern": r"^-?[0-9]{1,19}(\.[0-9]{1,19})?$", "example": "24.99"}
_EXACT = {
    "type": "object",
    "properties": {
        "amount": {"type": "integer", "description": "Whole minor units."},
        "currency": {"type": "string", "description": "ISO 4217.", "minLength": 3, "maxLength": 3},
    },
    "required": ["amount", "currency"],
    "additionalProperties": False,
}


class MoneySerializer(serializers.Serializer[Any]):
    """An amount in whole minor units: 2499 is USD 24.99, JPY 2499 and KWD 2.499."""

    amount = serializers.IntegerField(help_text=_("Whole minor units."))
    currency = serializers.CharField(min_length=3, max_length=3, help_text=_("ISO 4217."))


@extend_schema_field({"oneOf": [_DECIMAL, _EXACT]})
class AmountField(serializers.Field[Given, Any, Any, Any]):
    """An amount on input: `"24.99"`, or `{"amount": 2499, "currency": "USD"}`. `minor_units` makes a number of it."""

    default_error_messages = {
        "invalid": _("This is not an amount: a text such as 24.99, or an object of amount and currency."),
        "invalid_amount": InvalidAmount.message,
        "unknown_currency": UnknownCurrency.message,
    }

    def to_internal_value(self, data: Any) -> Given:
        """The string as it came, or Money."""
        if isinstance(data, str):
            return data
        if not isinstance(data, Mapping) or data.keys() != {"amount", "currency"}:
            self.fail("invalid")
        amount, currency = data["amount"], data["currency"]
        if type(amount) is not int or not isinstance(currency, str):
            self.fail("invalid")
        try:
            return Money(amount, currency)
        except UnknownCurrency:
            self.fail("unknown_currency")
        except InvalidAmount:
            self.fail("invalid_amount")


def minor_units(given: Given, *, currency: str, field: str, minimum: int = 0) -> int:
    """What an AmountField named `field` has read, in minor units of `currency`.

    Raises InvalidAmount, naming the field, for what is finer or smaller than `minimum`, and CurrencyMismatch.
    """
    if isinstance(given, Money) and given.currency != currency:
        raise CurrencyMismatch(errors=[_fault(field, CurrencyMismatch)])
    try:
        money = given if isinstance(given, Money) else Money.parse(given, currency)
    except InvalidAmount:
        raise InvalidAmount(errors=[_fault(field, InvalidAmount)]) from None
    if money.amount < minimum:
        raise InvalidAmount(errors=[_fault(field, InvalidAmount)])
    return money.amount


def shown(field: str, amount: int | None, currency: str) -> dict[str, Any]:
    """The two forms of an amount under `field` and `<field>_money`; null twice for none."""
    return {field: decimal(amount, currency), f"{field}_money": exact(amount, currency)}


def decimal(amount: int | None, currency: str) -> str | None:
    """An amount in minor units as a decimal string; null for none."""
    return None if amount is None else str(Money(amount, currency))


def exact(amount: int | None, currency: str) -> dict[str, Any] | None:
    """An amount in minor units with its currency; null for none."""
    return None if amount is None else {"amount": amount, "currency": currency}


def _fault(field: str, error: type[InvalidAmount] | type[CurrencyMismatch]) -> FieldError:
    return FieldError(pointer(field), error.code, error.message)
