"""Payments, to be seen. They are begun by customers, taken by providers and noted on the page of the order."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from tenon.domains.orders.admin import shown
from tenon.domains.orders.models import Payment, PaymentAttempt, Refund
from tenon.kernel.portal.across import AcrossOrganizations
from tenon.kernel.portal.tables import Table, WithTables


@admin.register(Payment)
class PaymentAdmin(WithTables, AcrossOrganizations):
    """Payments with their attempts and refunds."""

    list_display = (
        *("shown_order", "organization_name", "provider", "shown_state", "shown_amount"),
        *("shown_captured", "shown_refunded", "created_at"),
    )
    list_display_links = ("provider",)
    list_select_related = ("organization", "order")
    list_filter = ("state", "provider", "method", "created_at", ("organization", AutocompleteSelectFilter))
    search_fields = ("=order__number", "=reference")
    search_help_text = _("Number of the order, the provider's name for the payment, or id: each as a whole")
    ordering = ("-id",)
    fieldsets = (
        (None, {"fields": (("shown_order", "shown_state"), ("organization_name", "provider"), "method")}),
        (_("Amounts"), {"fields": (("shown_amount", "shown_captured"), "shown_refunded")}),
        (_("Record"), {"fields": ("reference", "failure_code", ("captured_at", "created_at"), "id")}),
    )
    readonly_fields = (
        *("shown_order", "organization_name", "shown_state"),
        *("shown_amount", "shown_captured", "shown_refunded"),
    )

    def tables(self, request: HttpRequest, row: Payment) -> list[Table]:
        attempts = [
            [
                each.number,
                PaymentAttempt.State(each.state).label,
                shown.text(each.failure_code),
                shown.text(each.message),
                shown.moment(each.happened_at),
            ]
            for each in PaymentAttempt.objects.filter(payment=row).order_by("number")
        ]
        refunds = [
            [
                Refund.State(each.state).label,
                shown.amount(each.amount, each.currency),
                shown.text(each.reason),
                shown.text(each.failure_code),
                shown.moment(each.settled_at),
            ]
            for each in Refund.objects.filter(payment=row).order_by("created_at", "id")
        ]
        told = [gettext("Number"), gettext("State"), gettext("Failure"), gettext("Message"), gettext("When")]
        given = [gettext("State"), gettext("Amount"), gettext("Reason"), gettext("Failure"), gettext("Settled")]
        return [Table(gettext("Attempts"), told, attempts), Table(gettext("Refunds"), given, refunds)]

    @display(description=_("Order"), ordering="order__number")
    def shown_order(self, payment: Payment) -> Any:
        address = reverse("admin:orders_order_change", args=[payment.order_id])
        return format_html('<a class="underline" href="{}">{}</a>', address, payment.order.number)

    @display(description=_("Organization"), ordering="organization__name")
    def organization_name(self, payment: Payment) -> str:
        return str(payment.organization.name)

    @display(description=_("State"), ordering="state", label=shown.PAYMENT_STATES)
    def shown_state(self, payment: Payment) -> str:
        return Payment.State(payment.state).label

    @display(description=_("Amount"), ordering="amount")
    def shown_amount(self, payment: Payment) -> str:
        return shown.amount(payment.amount, payment.currency)

    @display(description=_("Taken"), ordering="captured_amount")
    def shown_captured(self, payment: Payment) -> str:
        return shown.amount(payment.captured_amount, payment.currency)

    @display(description=_("Given back"), ordering="refunded_amount")
    def shown_refunded(self, payment: Payment) -> str:
        return shown.amount(payment.refunded_amount, payment.currency)
