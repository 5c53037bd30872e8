"""The ways of sending that a shop begins with."""

from uuid import UUID

from tenon.domains.orders.models import ShippingMethod
from tenon.domains.orders.services.rules import create_shipping_method
from tenon.kernel.money import Money
from tenon.kernel.principal import Principal, PrincipalKind
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.organizations import selectors as organizations

FREE_FROM = "100"
# Code, name, price, free from 100, at home or abroad, days.
_METHODS = (
    ("standard", "Standard", "5.99", True, True, 3, 5),
    ("express", "Express", "12.99", False, True, 1, 2),
    ("overnight", "Overnight", "24.99", False, True, 1, 1),
    ("international", "International", "15.99", False, False, 7, 14),
)


def seed_shipping(*, organization_id: UUID, currency: str) -> int:
    """Offer the usual ways of sending, where the organization has none yet; how many were made.

    Home is the organization's country: without one, nothing is abroad and everything goes anywhere. In a currency whose
    units have no hundredths, amounts are rounded down. Raises UnknownCurrency.
    """
    with organization_scope(organization_id, read_only=True):
        if ShippingMethod.objects.exists():
            return 0
        home = organizations.organization_facts(organization_id=organization_id).country
    system = Principal(PrincipalKind.SYSTEM, organization_id=organization_id)
    for position, (code, name, price, is_free, is_at_home, fewest, most) in enumerate(_METHODS):
        create_shipping_method(
            principal=system,
            values={
                "code": code,
                "name": name,
                "price_amount": _amount(price, currency),
                "currency": currency,
                "free_from_amount": _amount(FREE_FROM, currency) if is_free else None,
                "countries": [home] if home and is_at_home else [],
                "except_countries": [home] if home and not is_at_home else [],
                "minimum_days": fewest,
                "maximum_days": most,
                "position": position,
            },
        )
    return len(_METHODS)


def _amount(text: str, currency: str) -> int:
    hundredths = Money.parse(text, "USD").amount
    one = Money.parse("1", currency).amount
    return hundredths * one // 100
