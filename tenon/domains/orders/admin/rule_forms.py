"""Coupons, ways of sending and tax rates as people write them: amounts with decimals, rates in percent."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from tenon.domains.orders.models import Coupon, ShippingMethod, TaxRate
from tenon.kernel.http.localities import is_country
from tenon.kernel.money import InvalidAmount, Money, UnknownCurrency, exponent
from tenon.kernel.portal.forms import ServiceForm

_PERCENT = 10_000  # millionths
_AMOUNT = _("Such as 24.99.")
_COUNTRIES = _("Codes of two letters with commas between them, such as DE, AT.")


def _organization(model: type[Any]) -> forms.ModelChoiceField:
    key = model._meta.get_field("organization")
    return forms.ModelChoiceField(
        label=_("Organization"),
        queryset=key.remote_field.model._default_manager.open(),
        widget=AutocompleteSelect(key, admin.site),
    )


def _text(label: Any, *, required: bool = False, length: int = 30, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=length, widget=UnfoldAdminTextInputWidget(), **options
    )


class RuleForm(ServiceForm):
    """A form whose values become columns in `values`; whether they make sense is the service's to say."""

    def _post_clean(self) -> None:
        """Nothing is written onto the row: the service does that."""

    def values(self) -> dict[str, Any]:
        """The columns, once the form is valid."""
        columns = {field.name for field in self._meta.model._meta.concrete_fields}
        return {name: value for name, value in self.cleaned_data.items() if name in columns}

    @property
    def currency(self) -> str:
        """That of the amounts; empty where what was said is none."""
        return str(self.cleaned_data.get("currency", "") if self.instance._state.adding else self.instance.currency)

    def clean_currency(self) -> str:
        code = str(self.cleaned_data["currency"]).strip().upper()
        try:
            exponent(code)
        except UnknownCurrency as refusal:
            raise forms.ValidationError(str(refusal)) from None
        return code

    def read_amount(self, name: str, *, least: int = 0) -> int | None:
        """An amount in minor units; None where nothing was said, or nothing that is an amount."""
        text = str(self.cleaned_data.get(name) or "").strip()
        if not text or not self.currency:
            return None
        try:
            amount = Money.parse(text, self.currency).amount
            if amount < least:
                raise InvalidAmount
        except InvalidAmount as refusal:
            self.add_error(name, str(refusal))
            return None
        return amount

    def show_amounts(self, **amounts: int | None) -> None:
        """Fill fields with amounts as people write them."""
        for name, amount in amounts.items():
            self.initial[name] = "" if amount is None else str(Money(amount, self.instance.currency))


class CouponForm(RuleForm):
    """What a coupon takes off, and for whom and when."""

    discount_value = _text(_("Takes off"), required=True, help_text=_("A percentage such as 12.5, or an amount."))
    minimum = _text(_("For goods from"), help_text=_AMOUNT)
    maximum = _text(_("At most"), help_text=_AMOUNT)

    class Meta:
        model = Coupon
        fields = (
            *("code", "description", "kind", "currency", "usage_limit", "usage_limit_per_user"),
            *("valid_from", "valid_until", "is_active"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        coupon = self.instance
        if not coupon._state.adding:
            self.show_amounts(minimum=coupon.minimum_order_amount, maximum=coupon.maximum_discount_amount)
            if coupon.kind == Coupon.Kind.PERCENTAGE:
                self.initial["discount_value"] = percent(coupon.value)
            else:
                self.show_amounts(discount_value=coupon.value)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        kind = self.cleaned_data.get("kind") or self.instance.kind
        if kind == Coupon.Kind.PERCENTAGE:
            self.cleaned_data["value"] = _read_percent(self, "discount_value")
        else:
            self.cleaned_data["value"] = self.read_amount("discount_value", least=1)
        self.cleaned_data["minimum_order_amount"] = self.read_amount("minimum") or 0
        self.cleaned_data["maximum_discount_amount"] = self.read_amount("maximum", least=1)
        return cleaned


class NewCouponForm(CouponForm):
    """A further coupon, of an organization."""

    of = _organization(Coupon)


class ShippingMethodForm(RuleForm):
    """What a way of sending costs, where to, and how long it takes."""

    price = _text(_("Price"), required=True, help_text=_AMOUNT)
    free_from = _text(_("Free for goods from"), help_text=_AMOUNT)
    to = _text(_("Only to"), length=1500, help_text=_COUNTRIES)
    except_to = _text(_("Not to"), length=1500, help_text=_COUNTRIES)
    by_weight = forms.CharField(
        label=_("By weight"),
        required=False,
        max_length=2000,
        widget=UnfoldAdminTextareaWidget(),
        help_text=_("A line for each step, grams and price: 1000: 4.99. Heavier parcels are not taken."),
    )

    class Meta:
        model = ShippingMethod
        fields = (
            *("code", "name", "description", "currency", "minimum_days", "maximum_days"),
            *("tax_class", "position", "is_active"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        method = self.instance
        if not method._state.adding:
            self.show_amounts(price=method.price_amount, free_from=method.free_from_amount)
            self.initial["to"] = ", ".join(method.countries)
            self.initial["except_to"] = ", ".join(method.except_countries)
            self.initial["by_weight"] = "\n".join(
                f"{step['up_to_grams']}: {Money(step['amount'], method.currency)}" for step in method.steps
            )

    def clean_to(self) -> list[str]:
        return _countries(self.cleaned_data["to"])

    def clean_except_to(self) -> list[str]:
        return _countries(self.cleaned_data["except_to"])

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        self.cleaned_data["price_amount"] = self.read_amount("price")
        self.cleaned_data["free_from_amount"] = self.read_amount("free_from")
        self.cleaned_data["steps"] = self._steps()
        self.cleaned_data["countries"] = self.cleaned_data.get("to")
        self.cleaned_data["except_countries"] = self.cleaned_data.get("except_to")
        return cleaned

    def _steps(self) -> list[dict[str, int]]:
        steps = []
        for line in str(self.cleaned_data.get("by_weight") or "").splitlines():
            grams, _colon, price = (part.strip() for part in line.partition(":"))
            try:
                if not grams.isascii() or not grams.isdigit() or not 0 < int(grams) <= 10_000_000:
                    raise InvalidAmount
                steps.append({"up_to_grams": int(grams), "amount": Money.parse(price, self.currency).amount})
            except (InvalidAmount, UnknownCurrency):
                self.add_error("by_weight", gettext("%(line)s: this is not grams and a price.") % {"line": line})
                break
        return steps


class NewShippingMethodForm(ShippingMethodForm):
    """A further way of sending, of an organization."""

    of = _organization(ShippingMethod)


class TaxRateForm(RuleForm):
    """What is taken of which goods, and where."""

    rate = forms.DecimalField(
        label=_("Percent"),
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=7,
        decimal_places=4,
        widget=UnfoldAdminDecimalFieldWidget(),
    )

    class Meta:
        model = TaxRate
        fields = ("name", "country", "region", "tax_class", "applies_to_shipping", "is_active")
        help_texts: ClassVar = {
            "country": _("Two letters, such as DE (ISO 3166-1). Left empty: anywhere."),
            "region": _("Left empty: in all of the country."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.initial["rate"] = percent(self.instance.millionths)

    def clean_country(self) -> str:
        return next(iter(_countries(self.cleaned_data["country"])), "")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        self.cleaned_data["millionths"] = int((self.cleaned_data.get("rate") or 0) * _PERCENT)
        return cleaned


class NewTaxRateForm(TaxRateForm):
    """A further tax, of an organization."""

    of = _organization(TaxRate)


def percent(millionths: int) -> str:
    """A rate as people write it: 107 500 is 10.75."""
    whole, rest = divmod(millionths, _PERCENT)
    return f"{whole}.{rest:04}".rstrip("0").rstrip(".")


def _read_percent(form: RuleForm, name: str) -> int | None:
    field = forms.DecimalField(min_value=Decimal(0), max_value=Decimal(100), max_digits=7, decimal_places=4)
    try:
        return int(field.clean(form.cleaned_data.get(name)) * _PERCENT)
    except forms.ValidationError as fault:
        if name in form.cleaned_data:
            form.add_error(name, fault)
        return None


def _countries(text: str) -> list[str]:
    codes = [code.strip().upper() for code in text.split(",") if code.strip()]
    if unknown := [code for code in codes if not is_country(code)]:
        raise forms.ValidationError(gettext("%(code)s is not a country.") % {"code": unknown[0]})
    return codes
