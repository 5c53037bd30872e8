"""What prices follow from, as staff lay it down: coupons, ways of sending, and taxes."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from tenon.domains.orders.errors import BadTerms, CodeTaken, InUse, RateTaken
from tenon.domains.orders.events import CouponChanged, RuleChanged, ShippingMethodChanged, TaxRateChanged
from tenon.domains.orders.models import Coupon, ShippingMethod, TaxRate, TaxRules
from tenon.domains.orders.policies import MANAGE_PRICING
from tenon.domains.orders.selectors.coupons import CouponFacts, coupon_facts_of, written
from tenon.domains.orders.selectors.rates import MethodFacts, RateFacts, method_facts_of, rate_facts_of
from tenon.domains.orders.services.turns import locked
from tenon.kernel.errors import Conflict, FieldError, NotFound
from tenon.kernel.outbox.publishing import publish
from tenon.kernel.principal import Principal
from tenon.kernel.retries import retried
from tenon.platform.organizations.policies import may, require
from tenon.platform.organizations.services.turns import turn

Rule = TypeVar("Rule", Coupon, ShippingMethod, TaxRate)
Values = Mapping[str, Any]
Precondition = Callable[[Any], None]

_EVENTS: dict[type[Any], type[RuleChanged]] = {
    Coupon: CouponChanged,
    ShippingMethod: ShippingMethodChanged,
    TaxRate: TaxRateChanged,
}
_TAKEN: dict[type[Any], type[Conflict]] = {Coupon: CodeTaken, ShippingMethod: CodeTaken, TaxRate: RateTaken}


def create_coupon(*, principal: Principal, values: Values) -> CouponFacts:
    """Make a coupon; the code is stored in capitals. Raises Forbidden, BadTerms, CodeTaken."""
    coupon = Coupon(**{**values, "code": written(values["code"])})
    return coupon_facts_of(_create(principal, coupon))


def update_coupon(*, principal: Principal, coupon_id: UUID, changes: Values, precondition: Precondition) -> CouponFacts:
    """Give fields other values. Raises Forbidden, NotFound, BadTerms, CodeTaken and what `precondition` raises."""
    if "code" in changes:
        changes = {**changes, "code": written(changes["code"])}
    return coupon_facts_of(
        _update(principal, Coupon, coupon_id, changes, lambda row: precondition(coupon_facts_of(row)))
    )


def delete_coupon(*, principal: Principal, coupon_id: UUID) -> None:
    """Delete a coupon that no order has used. Raises Forbidden, NotFound, InUse."""
    _delete(principal, Coupon, coupon_id)


def create_shipping_method(*, principal: Principal, values: Values) -> MethodFacts:
    """Offer a way of sending. Raises Forbidden, BadTerms, CodeTaken."""
    return method_facts_of(_create(principal, ShippingMethod(**values)))


def update_shipping_method(
    *, principal: Principal, method_id: UUID, changes: Values, precondition: Precondition
) -> MethodFacts:
    """Give fields other values. Raises Forbidden, NotFound, BadTerms, CodeTaken and what `precondition` raises."""
    return method_facts_of(
        _update(principal, ShippingMethod, method_id, changes, lambda row: precondition(method_facts_of(row)))
    )


def delete_shipping_method(*, principal: Principal, method_id: UUID) -> None:
    """Offer it no more; orders keep its name. Raises Forbidden, NotFound."""
    _delete(principal, ShippingMethod, method_id)


def create_tax_rate(*, principal: Principal, values: Values) -> RateFacts:
    """Lay down a tax. Raises Forbidden, BadTerms, RateTaken."""
    return rate_facts_of(_create(principal, TaxRate(**values)))


def update_tax_rate(*, principal: Principal, rate_id: UUID, changes: Values, precondition: Precondition) -> RateFacts:
    """Give fields other values. Raises Forbidden, NotFound, BadTerms, RateTaken and what `precondition` raises."""
    return rate_facts_of(_update(principal, TaxRate, rate_id, changes, lambda row: precondition(rate_facts_of(row))))


def delete_tax_rate(*, principal: Principal, rate_id: UUID) -> None:
    """Lift a tax; orders keep what they were charged. Raises Forbidden, NotFound."""
    _delete(principal, TaxRate, rate_id)


def include_tax(*, principal: Principal, included: bool) -> bool:
    """Say whether prices contain the taxes. Carts follow at once, orders stay as they are. Raises Forbidden."""
    with turn(principal) as (organization, present):
        require(may(present, MANAGE_PRICING))
        rules, _made = TaxRules.objects.get_or_create()
        if rules.prices_include_tax != included:
            rules.prices_include_tax = included
            rules.save(update_fields=["prices_include_tax"])
            _tell(TaxRateChanged, organization.id, present, rules.id, "", "updated", ("prices_include_tax",))
        return included


def _create(principal: Principal, row: Rule) -> Rule:
    _require_sense(row)
    with turn(principal) as (organization, present):
        require(may(present, MANAGE_PRICING))
        _save(row, force_insert=True)
        _tell(_EVENTS[type(row)], organization.id, present, row.id, _name(row), "created", ())
    return row


@retried
def _update(
    principal: Principal, model: type[Rule], rule_id: UUID, changes: Values, precondition: Callable[[Rule], None]
) -> Rule:
    with turn(principal) as (organization, present):
        require(may(present, MANAGE_PRICING))
        row = _find(model, rule_id)
        precondition(row)
        fields = tuple(sorted(name for name, value in changes.items() if getattr(row, name) != value))
        if fields:
            for name in fields:
                setattr(row, name, changes[name])
            _require_sense(row)
            _save(row, update_fields=fields)
            _tell(_EVENTS[model], organization.id, present, row.id, _name(row), "updated", fields)
        return row


@retried
def _delete(principal: Principal, model: type[Rule], rule_id: UUID) -> None:
    with turn(principal) as (organization, present):
        require(may(present, MANAGE_PRICING))
        row = _find(model, rule_id)
        _tell(_EVENTS[model], organization.id, present, row.id, _name(row), "deleted", ())
        try:
            row.delete()
        except ProtectedError:
            raise InUse from None


def _find(model: type[Rule], rule_id: UUID) -> Rule:
    row: Rule | None = locked(model._default_manager.filter(pk=rule_id)).first()
    if row is None:
        raise NotFound
    return row


def _save(row: Rule, **options: Any) -> None:
    try:
        with transaction.atomic():
            row.save(**options)
    except IntegrityError:
        # All else that the table asks for was looked at before.
        raise _TAKEN[type(row)] from None


def _name(row: Coupon | ShippingMethod | TaxRate) -> str:
    return row.name if isinstance(row, TaxRate) else row.code


def _require_sense(row: Rule) -> None:
    """Raises BadTerms where the values do not go together."""
    match row:
        case Coupon():
            if row.kind == Coupon.Kind.PERCENTAGE and row.value > 1_000_000:
                raise _bad("discount_value", _("A percentage is 100 at most."))
            if row.value <= 0:
                raise _bad("discount_value", _("A coupon takes something off."))
            if row.valid_from is not None and row.valid_until is not None and row.valid_from >= row.valid_until:
                raise _bad("valid_until", _("This ends before it begins."))
            if row.usage_limit is not None and row.usage_limit < row.used:
                raise _bad("usage_limit", _("It has been used more often than that already."))
        case ShippingMethod():
            least, most = row.minimum_days, row.maximum_days
            if least is not None and most is not None and least > most:
                raise _bad("maximum_days", _("This is less than minimum_days."))
        case TaxRate():
            if row.region and not row.country:
                raise _bad("country", _("A region is in a country."))


def _bad(field: str, detail: str) -> BadTerms:
    return BadTerms(errors=[FieldError(f"/{field}", BadTerms.code, detail)])


def _tell(
    event: type[RuleChanged],
    organization_id: UUID,
    principal: Principal,
    rule_id: UUID,
    rule: str,
    change: str,
    fields: tuple[str, ...],
) -> None:
    told = event(organization_id, principal.id, rule_id, rule, change, fields)
    publish(told, aggregate=f"pricing:{organization_id}", organization_id=organization_id)
