"""What a shop as a whole has decided."""

from uuid import UUID

from django.conf import settings

from tenon.kernel.cache import Namespace
from tenon.kernel.tenancy import scopes
from tenon.kernel.tenancy.errors import NoScope
from tenon.platform.organizations import selectors as organizations

_KEPT = 60  # seconds that a change of the organization's currency may take to be seen
_currencies = Namespace("shop-currency")


def currency_here() -> str:
    """What prices are in, in the shop of the open organization scope. Raises NoScope."""
    organization_id = scopes.current_organization_id()
    if organization_id is None:
        raise NoScope("Prices are those of one organization.")
    return shop_currency(organization_id)


def shop_currency(organization_id: UUID) -> str:
    """What prices are in unless a product says otherwise: the organization's currency, else DEFAULT_CURRENCY."""
    found = _currencies.get_or_set(
        str(organization_id),
        lambda: organizations.organization_facts(organization_id=organization_id).currency,
        seconds=_KEPT,
    )
    return found or settings.DEFAULT_CURRENCY
