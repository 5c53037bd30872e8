"""Coupons, ways of sending and tax rates as JSON, both ways: rates in percent, amounts in both forms of money."""

import re
from collections.abc import Mapping
from typing import Any

from tenon.domains.orders.api.cart_bodies import PERCENT, percent
from tenon.domains.orders.errors import BadTerms
from tenon.domains.orders.models import Coupon
from tenon.domains.orders.selectors.coupons import CouponFacts
from tenon.domains.orders.selectors.rates import MethodFacts, RateFacts
from tenon.kernel.errors import FieldError
from tenon.kernel.http.amounts import minor_units, shown

_RATE = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,4}))?")
_COUPON = (
    "id",
    "code",
    "description",
    "currency",
    "product_ids",
    "category_ids",
    "usage_limit",
    "usage_limit_per_user",
    "valid_from",
    "valid_until",
    "is_active",
    "created_at",
    "updated_at",
)
_METHOD = (
    "id",
    "code",
    "name",
    "description",
    "currency",
    "countries",
    "except_countries",
    "minimum_days",
    "maximum_days",
    "tax_class",
    "position",
    "is_active",
    "created_at",
    "updated_at",
)
_RATE_FIELDS = ("id", "name", "country", "region", "tax_class", "applies_to_shipping", "is_active")


def coupon(facts: CouponFacts) -> dict[str, Any]:
    """A coupon, as staff see it."""
    is_percentage = facts.kind == Coupon.Kind.PERCENTAGE
    value = shown("discount_value", None if is_percentage else facts.value, facts.currency)
    return {
        **{name: getattr(facts, name) for name in _COUPON},
        "discount_type": facts.kind,
        **(value | {"discount_value": percent(facts.value)} if is_percentage else value),
        **shown("minimum_order_amount", facts.minimum_order_amount, facts.currency),
        **shown("maximum_discount_amount", facts.maximum_discount_amount, facts.currency),
        "usage_count": facts.used,
    }


def coupon_values(asked: Mapping[str, Any], *, kind: str, currency: str) -> dict[str, Any]:
    """What a body says, as columns. Raises InvalidAmount, CurrencyMismatch and BadTerms."""
    values = dict(asked)
    for field in ("minimum_order_amount", "maximum_discount_amount"):
        if values.get(field) is not None:
            least = 1 if field == "maximum_discount_amount" else 0
            values[field] = minor_units(values[field], currency=currency, field=field, minimum=least)
    if (value := values.pop("discount_value", None)) is not None:
        if kind == Coupon.Kind.PERCENTAGE:
            values["value"] = millionths(value, field="discount_value")
        else:
            values["value"] = minor_units(value, currency=currency, field="discount_value", minimum=1)
    for field in ("product_ids", "category_ids"):
        if field in values:
            values[field] = [str(each) for each in values[field]]
    return values


def method(facts: MethodFacts) -> dict[str, Any]:
    """A way of sending, as staff see it."""
    return {
        **{name: getattr(facts, name) for name in _METHOD},
        **shown("price", facts.price_amount, facts.currency),
        **shown("free_from", facts.free_from_amount, facts.currency),
        "steps": [
            {"up_to_grams": step["up_to_grams"], **shown("price", step["amount"], facts.currency)}
            for step in facts.steps
        ],
    }


def method_values(asked: Mapping[str, Any], *, currency: str) -> dict[str, Any]:
    """What a body says, as columns. Raises InvalidAmount, CurrencyMismatch."""
    values = dict(asked)
    if "price" in values:
        values["price_amount"] = minor_units(values.pop("price"), currency=currency, field="price")
    if "free_from" in values:
        free = values.pop("free_from")
        values["free_from_amount"] = None if free is None else minor_units(free, currency=currency, field="free_from")
    if "steps" in values:
        values["steps"] = [
            {
                "up_to_grams": step["up_to_grams"],
                "amount": minor_units(step["price"], currency=currency, field="steps"),
            }
            for step in values["steps"]
        ]
    return values


def rate(facts: RateFacts) -> dict[str, Any]:
    """A tax rate."""
    shown_fields = {name: getattr(facts, name) for name in _RATE_FIELDS}
    return {**shown_fields, "rate": percent(facts.millionths), "updated_at": facts.updated_at}


def rate_values(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What a body says, as columns. Raises BadTerms."""
    values = dict(asked)
    if "rate" in values:
        values["millionths"] = millionths(values.pop("rate"), field="rate")
    return values


def millionths(value: Any, *, field: str) -> int:
    """A percentage as people write it, with up to four decimals: 10.75 is 107 500. Raises BadTerms."""
    match = _RATE.fullmatch(value) if isinstance(value, str) else None
    found = int(match[1]) * PERCENT + int((match[2] or "").ljust(4, "0")) if match else -1
    if not 0 <= found <= 100 * PERCENT:
        raise BadTerms(errors=[FieldError(f"/{field}", BadTerms.code, BadTerms.message)])
    return found
