"""What prices follow from: coupons, ways of sending and tax rates, made and changed by the services."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from tenon.domains.orders.admin import rule_forms, shown
from tenon.domains.orders.models import Coupon, ShippingMethod, TaxRate
from tenon.domains.orders.services import rules
from tenon.kernel.portal.across import AcrossOrganizations, acting_for
from tenon.kernel.portal.admin import ADD, CHANGE, DELETE

_BY_ORGANIZATION = ("organization", AutocompleteSelectFilter)
_RECORD = (_("Record"), {"fields": (("created_at", "updated_at"), ("version", "id"))})
_KEPT = ("created_at", "updated_at", "version", "id")


class RuleAdmin(AcrossOrganizations):
    """Rows that a service makes, changes and deletes by the values of a form."""

    writes = frozenset({ADD, CHANGE, DELETE})
    new_form: ClassVar[type[rule_forms.RuleForm]]
    changed_form: ClassVar[type[rule_forms.RuleForm]]
    create: ClassVar[Callable[..., Any]]
    update: ClassVar[Callable[..., Any]]
    delete: ClassVar[Callable[..., Any]]
    parameter: ClassVar[str]  # of `update` and `delete`, for the row
    fixed: ClassVar[tuple[str, ...]] = ()  # what is said once

    list_select_related = ("organization",)
    ordering = ("-id",)

    @display(description=_("Organization"), ordering="organization__name")
    def organization_name(self, rule: Any) -> str:
        return str(rule.organization.name)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = self.changed_form if obj else self.new_form
        return super().get_form(request, obj, change, **{"form": form, **kwargs})

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.readonly_fields, "organization_name", *self.fixed, *_KEPT) if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            principal = acting_for(request, obj.organization_id)
            about = {self.parameter: obj.pk, "changes": form.values(), "precondition": lambda facts: None}
            type(self).update(principal=principal, **about)
            return
        organization = form.cleaned_data["of"]
        made = type(self).create(principal=acting_for(request, organization.pk), values=form.values())
        obj.pk, obj.organization_id, obj.name, obj.code = made.id, organization.pk, str(made.id), str(made.id)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        type(self).delete(principal=acting_for(request, obj.organization_id), **{self.parameter: obj.pk})


@admin.register(Coupon)
class CouponAdmin(RuleAdmin):
    """Coupons. Which goods they are for is said by the API."""

    create, update, delete = rules.create_coupon, rules.update_coupon, rules.delete_coupon
    parameter = "coupon_id"
    new_form, changed_form = rule_forms.NewCouponForm, rule_forms.CouponForm
    fixed = ("kind", "currency")
    list_display = ("code", "organization_name", "takes_off", "used", "usage_limit", "valid_until", "is_active")
    list_filter = ("is_active", "kind", _BY_ORGANIZATION)
    search_fields = ("code", "description", "organization__name", "organization__slug")
    search_help_text = _("Code or description, name of the organization, or id")
    readonly_fields = ("used", "product_ids", "category_ids")
    _terms = (
        (_("What it takes off"), {"fields": (("kind", "currency"), "discount_value", ("minimum", "maximum"))}),
        (_("How often"), {"fields": (("usage_limit", "usage_limit_per_user"),)}),
        (_("When"), {"fields": ("valid_from", "valid_until")}),
    )
    add_fieldsets = ((None, {"fields": ("of", "code", "description", "is_active")}), *_terms)
    fieldsets = (
        (None, {"fields": ("organization_name", "code", "description", "is_active")}),
        *_terms,
        (_("Use"), {"fields": ("used", ("product_ids", "category_ids"))}),
        _RECORD,
    )

    @display(description=_("Takes off"))
    def takes_off(self, coupon: Coupon) -> str:
        if coupon.kind == Coupon.Kind.PERCENTAGE:
            return f"{rule_forms.percent(coupon.value)} %"
        return shown.amount(coupon.value, coupon.currency)


@admin.register(ShippingMethod)
class ShippingMethodAdmin(RuleAdmin):
    """Ways of sending."""

    create, update, delete = (
        rules.create_shipping_method,
        rules.update_shipping_method,
        rules.delete_shipping_method,
    )
    parameter = "method_id"
    new_form, changed_form = rule_forms.NewShippingMethodForm, rule_forms.ShippingMethodForm
    fixed = ("currency",)
    list_display = ("name", "code", "organization_name", "shown_price", "shown_free_from", "position", "is_active")
    list_filter = ("is_active", _BY_ORGANIZATION)
    search_fields = ("code", "name", "organization__name", "organization__slug")
    search_help_text = _("Code or name, name of the organization, or id")
    _terms = (
        (_("Price"), {"fields": ("currency", ("price", "free_from"), "by_weight", "tax_class")}),
        (_("Where to"), {"fields": ("to", "except_to")}),
        (_("How long"), {"fields": (("minimum_days", "maximum_days"),)}),
    )
    add_fieldsets = (
        (None, {"fields": ("of", ("code", "name"), "description", ("position", "is_active"))}),
        *_terms,
    )
    fieldsets = (
        (None, {"fields": ("organization_name", ("code", "name"), "description", ("position", "is_active"))}),
        *_terms,
        _RECORD,
    )

    @display(description=_("Price"), ordering="price_amount")
    def shown_price(self, method: ShippingMethod) -> str:
        return shown.amount(method.price_amount, method.currency)

    @display(description=_("Free from"), ordering="free_from_amount")
    def shown_free_from(self, method: ShippingMethod) -> str:
        return shown.amount(method.free_from_amount, method.currency)


@admin.register(TaxRate)
class TaxRateAdmin(RuleAdmin):
    """Taxes."""

    create, update, delete = rules.create_tax_rate, rules.update_tax_rate, rules.delete_tax_rate
    parameter = "rate_id"
    new_form, changed_form = rule_forms.NewTaxRateForm, rule_forms.TaxRateForm
    list_display = ("name", "organization_name", "country", "region", "tax_class", "shown_rate", "is_active")
    list_filter = ("is_active", "country", _BY_ORGANIZATION)
    search_fields = ("name", "=country", "organization__name", "organization__slug")
    search_help_text = _("Name, country, name of the organization, or id")
    _terms = (
        (_("Where"), {"fields": (("country", "region"),)}),
        (_("How much"), {"fields": (("rate", "tax_class"), "applies_to_shipping")}),
    )
    add_fieldsets = ((None, {"fields": ("of", "name", "is_active")}), *_terms)
    fieldsets = ((None, {"fields": ("organization_name", "name", "is_active")}), *_terms, _RECORD)

    @display(description=_("Percent"), ordering="millionths")
    def shown_rate(self, rate: TaxRate) -> str:
        return f"{rule_forms.percent(rate.millionths)} %"
