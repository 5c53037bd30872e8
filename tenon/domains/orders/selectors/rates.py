"""How things are sent and what is taxed: what an organization has laid down, and what of it applies at a place."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet

from tenon.domains.orders.engines import taxes
from tenon.domains.orders.engines.shipping import Method, Step
from tenon.domains.orders.engines.taxes import Rate
from tenon.domains.orders.models import ShippingMethod, TaxRate, TaxRules
from tenon.kernel.errors import NotFound
from tenon.kernel.tenancy.scopes import organization_scope


@dataclass(frozen=True, slots=True)
class MethodFacts:
    """What is known of a way of sending. Amounts in minor units of its currency."""

    id: UUID
    code: str
    name: str
    description: str
    price_amount: int
    currency: str
    free_from_amount: int | None
    countries: list[str]
    except_countries: list[str]
    steps: list[dict[str, int]]
    minimum_days: int | None
    maximum_days: int | None
    tax_class: str
    position: int
    is_active: bool
    created_at: datetime
    updated_at: datetime
    version: int

    @property
    def method(self) -> Method:
        """The same for the engine."""
        return Method(
            name=self.code,
            amount=self.price_amount,
            free_from=self.free_from_amount,
            countries=frozenset(self.countries),
            except_countries=frozenset(self.except_countries),
            steps=tuple(Step(step["up_to_grams"], step["amount"]) for step in self.steps),
            tax_class=self.tax_class,
        )


@dataclass(frozen=True, slots=True)
class RateFacts:
    """What is known of a tax rate, in millionths."""

    id: UUID
    name: str
    country: str
    region: str
    tax_class: str
    millionths: int
    applies_to_shipping: bool
    is_active: bool
    created_at: datetime
    updated_at: datetime
    version: int


def shipping_methods() -> QuerySet[ShippingMethod, Any]:
    """The ways of sending of the scope's organization, as values."""
    return _values(ShippingMethod, MethodFacts)


def tax_rates() -> QuerySet[TaxRate, Any]:
    """The tax rates of the scope's organization, as values."""
    return _values(TaxRate, RateFacts)


def method_facts_of(method: ShippingMethod) -> MethodFacts:
    """The facts of a method that is loaded already."""
    return MethodFacts(**{name: getattr(method, name) for name in _names(MethodFacts)})


def rate_facts_of(rate: TaxRate) -> RateFacts:
    """The facts of a rate that is loaded already."""
    return RateFacts(**{name: getattr(rate, name) for name in _names(RateFacts)})


def method_facts(*, organization_id: UUID, method_id: UUID) -> MethodFacts:
    """The facts of a way of sending. Raises NotFound."""
    with organization_scope(organization_id, read_only=True):
        return MethodFacts(**_found(shipping_methods().filter(pk=method_id).first()))


def rate_facts(*, organization_id: UUID, rate_id: UUID) -> RateFacts:
    """The facts of a tax rate. Raises NotFound."""
    with organization_scope(organization_id, read_only=True):
        return RateFacts(**_found(tax_rates().filter(pk=rate_id).first()))


def active_methods() -> list[MethodFacts]:
    """The ways of sending that there are, in any currency, in the open scope and the order of the shop."""
    rows = shipping_methods().filter(is_active=True).order_by("position", "id")
    return [MethodFacts(**row) for row in rows]


def rates_at(country: str, region: str) -> dict[str, tuple[Rate, ...]]:
    """The taxes that apply at a place, by class, in the open scope."""
    names = ("name", "millionths", "country", "region", "tax_class", "applies_to_shipping")
    rows: Iterable[Any] = TaxRate.objects.filter(is_active=True, country__in=["", country]).values(*names)
    return taxes.applicable([Rate(**row) for row in rows], country=country, region=region)


def prices_include_tax() -> bool:
    """Whether prices contain the taxes, in the open scope."""
    return bool(TaxRules.objects.values_list("prices_include_tax", flat=True).first())


def _found(row: dict[str, Any] | None) -> dict[str, Any]:
    if row is None:
        raise NotFound
    return row


def _names(facts: type[Any]) -> list[str]:
    return [field.name for field in fields(facts)]


def _values(model: type[Model], facts: type[Any]) -> QuerySet[Any, Any]:
    rows: QuerySet[Any, Any] = model._default_manager.values(*_names(facts))
    return rows
