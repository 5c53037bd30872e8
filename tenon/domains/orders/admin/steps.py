"""What the steps of an order ask for."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldAdminURLInputWidget,
)

from tenon.domains.orders.admin.shown import amount
from tenon.domains.orders.engines.states import STEPS, OrderState
from tenon.domains.orders.models import OrderItem, Payment, Shipment
from tenon.domains.orders.models.history import REASON_LENGTH
from tenon.domains.orders.services.shipments import Portion
from tenon.kernel.money import InvalidAmount, Money
from tenon.kernel.portal.steps import StepForm

_NAME = 100
# Cancelling asks for a reason, and refunding for an amount: they are steps of their own.
_BY_THEMSELVES = {OrderState.CANCELLED, OrderState.REFUNDED}


def _line(label: Any, *, required: bool = False, length: int = _NAME, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=length, widget=UnfoldAdminTextInputWidget(), **options
    )


class StatusForm(StepForm):
    """The next state. `shipped` sends all that is left in one parcel."""

    status = forms.ChoiceField(label=_("Status"), widget=UnfoldAdminSelectWidget())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = sorted(STEPS[OrderState(self.row.state)] - _BY_THEMSELVES)
        status = self.fields["status"]
        status.choices = [(step.value, step.name.title()) for step in steps]  # type: ignore[attr-defined]
        if not steps:
            status.help_text = gettext("There is no such step from here.")


class CancelForm(StepForm):
    """Why an order is called off."""

    reason = _line(_("Reason"), length=REASON_LENGTH, help_text=_("The customer is told."))


class ParcelForm(StepForm):
    """Who carries a parcel, and by which number it is found."""

    carrier = _line(_("Carrier"))
    tracking_number = _line(_("Tracking number"))
    tracking_url = forms.URLField(
        label=_("Address to follow it at"),
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget(),
    )


class SendForm(ParcelForm):
    """The same, and how many of each line are in it: all that are left, unless said otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        items = OrderItem.objects.filter(order=self.row, requires_shipping=True).order_by("position")
        self.lines = {f"line_{item.position}": item for item in items if item.quantity > item.shipped_quantity}
        for name, item in self.lines.items():
            left = item.quantity - item.shipped_quantity
            self.fields[name] = forms.IntegerField(
                label=gettext("%(name)s, of %(left)d") % {"name": item.name, "left": left},
                initial=left,
                min_value=0,
                max_value=left,
                widget=UnfoldAdminIntegerFieldWidget(),
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.lines and not any(cleaned.get(name) for name in self.lines) and not self.errors:
            raise forms.ValidationError(gettext("There is nothing in this parcel."))
        portions = [Portion(item.id, cleaned[name]) for name, item in self.lines.items() if cleaned.get(name)]
        return {**cleaned, "portions": portions or None}


class TrackingForm(ParcelForm):
    """Where a parcel is to be found."""

    shipment = forms.ChoiceField(label=_("Parcel"), widget=UnfoldAdminSelectWidget())
    field_order = ("key", "shipment", "carrier", "tracking_number", "tracking_url")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sent = Shipment.objects.filter(order=self.row).order_by("-number")
        shipment = self.fields["shipment"]
        shipment.choices = [  # type: ignore[attr-defined]
            (str(each.id), f"{each.number}. {each.carrier} {each.tracking_number}".strip()) for each in sent
        ]
        if not sent:
            shipment.help_text = gettext("Nothing has been sent yet.")


class RefundForm(StepForm):
    """How much goes back, of which payment."""

    amount = _line(_("Amount"), length=30, help_text=_("Such as 24.99. Left empty, all that is left of the payment."))
    payment = forms.ChoiceField(label=_("Payment"), required=False, widget=UnfoldAdminSelectWidget())
    reason = _line(_("Reason"), length=REASON_LENGTH, help_text=_("For staff alone."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = Payment.objects.filter(order=self.row, captured_amount__gt=0).order_by("created_at", "id")
        self.fields["payment"].choices = [  # type: ignore[attr-defined]
            ("", gettext("The first that has enough")),
            *(
                (str(each.id), f"{each.provider}, {amount(each.captured_amount - each.refunded_amount, each.currency)}")
                for each in taken
            ),
        ]

    def clean_amount(self) -> Money | None:
        text = self.cleaned_data["amount"].strip()
        if not text:
            return None
        try:
            return Money.parse(text, self.row.currency)
        except InvalidAmount as refusal:
            raise forms.ValidationError(str(refusal)) from None


class ReceiptForm(StepForm):
    """How what is due has arrived."""

    note = _line(_("Note"), length=200, help_text=_("Such as the number of a statement. For staff alone."))


class NoteForm(StepForm):
    """What staff remember."""

    body = forms.CharField(label=_("Note"), max_length=5000, widget=UnfoldAdminTextareaWidget())
