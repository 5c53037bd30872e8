"""Carts as JSON; the serializers beside say the same for the documentation."""

from typing import Any

from django.utils.translation import gettext as _

from tenon.domains.orders.engines.coupons import Refusal
from tenon.domains.orders.engines.taxes import Tax
from tenon.domains.orders.selectors import carts as selectors
from tenon.domains.orders.selectors.carts import CartLine, Notice, Option, PricedCart
from tenon.domains.orders.services.coupons import REASONS
from tenon.kernel.http.amounts import shown

PERCENT = 10_000  # millionths


def cart(found: PricedCart, *, token: str = "") -> dict[str, Any]:
    """A cart, with the token of a guest's that was made just now."""
    totals, currency = found.totals, found.currency
    return {
        "id": found.id,
        "user": found.user_id,
        "token": token or None,
        "currency": currency,
        "country": found.country,
        "region": found.region,
        "items": [line(each, currency) for each in found.lines],
        "item_count": found.item_count,
        "tax_inclusive": totals.tax_inclusive,
        **shown("subtotal", totals.subtotal, currency),
        **shown("discount_amount", totals.discount, currency),
        **shown("shipping_cost", totals.shipping, currency),
        **shown("tax_amount", totals.tax, currency),
        **shown("total_amount", totals.total, currency),
        "taxes": [_tax(each, currency) for each in totals.taxes],
        "coupon": {"code": found.coupon.code, "description": found.coupon.description} if found.coupon else None,
        "shipping_method": found.method.code if found.method else None,
        "shipping_options": [_option(each, currency) for each in found.options],
        "notices": [_notice(each, currency) for each in found.notices],
        "ready": found.is_ready,
        "created_at": found.created_at,
        "updated_at": found.updated_at,
        "expires_at": found.expires_at,
    }


def line(found: CartLine, currency: str) -> dict[str, Any]:
    """A line of a cart. What cannot be bought has no price."""
    offer, priced = found.offer, found.priced
    product = {
        "id": found.product_id,
        "name": offer.name if offer else "",
        "sku": offer.sku if offer else "",
        "attributes": dict(offer.attributes) if offer else {},
        "image_file_id": offer.image_file_id if offer else None,
    }
    variant = {"id": found.variant_id, "name": offer.variant_name if offer else ""} if found.variant_id else None
    return {
        "id": found.id,
        "product_id": found.product_id,
        "variant_id": found.variant_id,
        "product": product,
        "variant": variant,
        "quantity": found.quantity,
        "available": offer.available if offer else 0,
        **shown("price", priced.line.unit_price if priced else None, currency),
        **shown("subtotal", priced.subtotal if priced else None, currency),
        **shown("discount_amount", priced.discount if priced else None, currency),
        **shown("tax_amount", priced.tax if priced else None, currency),
        **shown("total", priced.total if priced else None, currency),
        "notices": [_notice(each, currency) for each in found.notices],
        "created_at": found.created_at,
        "updated_at": found.updated_at,
    }


def percent(millionths: int) -> str:
    """A rate as people write it: 107500 is 10.75."""
    return f"{millionths // PERCENT}.{millionths % PERCENT:04}".rstrip("0").rstrip(".")


def _tax(tax: Tax, currency: str) -> dict[str, Any]:
    return {
        "name": tax.name,
        "rate": percent(tax.millionths),
        **shown("base", tax.base, currency),
        **shown("amount", tax.amount, currency),
    }


def _option(option: Option, currency: str) -> dict[str, Any]:
    method = option.method
    return {
        "code": method.code,
        "name": method.name,
        "description": method.description,
        **shown("price", option.amount, currency),
        "minimum_days": method.minimum_days,
        "maximum_days": method.maximum_days,
    }


def _notice(notice: Notice, currency: str) -> dict[str, Any]:
    said: dict[str, Any] = {"code": notice.code, "detail": _detail(notice)}
    if "available" in notice.values:
        said["available"] = notice.values["available"]
    if "reason" in notice.values:
        said["reason"] = notice.values["reason"]
    if "was" in notice.values:
        said |= shown("was", notice.values["was"], currency)
    return said


def _detail(notice: Notice) -> str:
    match notice.code:
        case selectors.UNAVAILABLE:
            return _("This is no longer sold.")
        case selectors.OTHER_CURRENCY:
            return _("This is sold in another currency than the rest of the cart.")
        case selectors.OUT_OF_STOCK:
            return _("This is out of stock.")
        case selectors.INSUFFICIENT_STOCK:
            return _("There are not that many in stock.")
        case selectors.PRICE_CHANGED:
            return _("The price has changed since you put this into the cart.")
        case selectors.SHIPPING_UNAVAILABLE:
            return _("This cannot be sent there in that way.")
    return str(REASONS[Refusal(notice.values["reason"])])
