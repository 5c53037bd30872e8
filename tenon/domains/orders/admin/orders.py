"""Orders, with all that belongs to them and the steps that staff take."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display

from tenon.domains.orders.admin import parts, refunding, shown, steps
from tenon.domains.orders.engines.states import OrderState
from tenon.domains.orders.models import Order, OrderItem
from tenon.domains.orders.policies import Shopper
from tenon.domains.orders.services import notes, orders, payments, shipments
from tenon.domains.orders.services.shipments import Parcel
from tenon.kernel import clock
from tenon.kernel.portal.across import acting_for
from tenon.kernel.portal.steps import SteppingAdmin
from tenon.kernel.portal.tables import Table, WithTables
from tenon.kernel.principal import Principal


@admin.register(Order)
class OrderAdmin(WithTables, SteppingAdmin):
    """Orders. Customers place them; staff take them further."""

    list_display = (
        *("number", "organization_name", "customer", "shown_state", "shown_payment_status", "shown_total", "placed_at"),
    )
    list_select_related = ("organization", "user")
    list_filter = (
        *("state", "payment_status", "payment_method", "placed_at", ("organization", AutocompleteSelectFilter)),
    )
    search_fields = ("number",)
    search_help_text = _("Number of the order, address of the customer, SKU of an article, or id: each as a whole")
    ordering = ("-id",)
    actions_detail = (
        "update_status",
        {
            "title": _("More"),
            "items": ["send_parcel", "add_tracking", "receive_payment", "refund", "add_note", "cancel"],
        },
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("number", "organization_name"),
                    ("shown_state", "shown_payment_status"),
                    ("customer", "placed_at"),
                    ("payment_method", "shipping_method_name"),
                    ("coupon_code", "tax_inclusive"),
                )
            },
        ),
        (_("Addresses"), {"fields": ("sent_to", "billed_to", "customer_note")}),
        (_("Record"), {"fields": (("created_at", "updated_at"), ("expires_at", "version"), "id")}),
    )
    readonly_fields = (
        *("organization_name", "customer", "shown_state", "shown_payment_status"),
        *("sent_to", "billed_to"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        rows: QuerySet[Order] = super().get_queryset(request)
        return rows.select_related("organization", "user")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Whole numbers, addresses and SKUs: what is compared in part cannot be looked up."""
        term = search_term.strip()
        try:
            return queryset.filter(pk=UUID(term)), False
        except ValueError:
            pass
        if not term:
            return queryset, False
        of_articles = OrderItem.objects.filter(sku=term).values("order")
        addressed = Q(email__iexact=term) | Q(user__email__iexact=term)
        return queryset.filter(Q(number=term.upper()) | addressed | Q(pk__in=of_articles)), False

    def tables(self, request: HttpRequest, row: Order) -> list[Table]:
        return parts.tables(row)

    @display(description=_("Organization"), ordering="organization__name")
    def organization_name(self, order: Order) -> str:
        return str(order.organization.name)

    @display(description=_("Customer"))
    def customer(self, order: Order) -> str:
        return order.user.email if order.user else shown.text(order.email)

    @display(description=_("State"), ordering="state", label=shown.STATES)
    def shown_state(self, order: Order) -> str:
        return OrderState(order.state).name.title()

    @display(description=_("Payment"), ordering="payment_status", label=shown.PAYMENT_STATUSES)
    def shown_payment_status(self, order: Order) -> str:
        return Order.PaymentStatus(order.payment_status).label

    @display(description=_("Total"), ordering="total_amount")
    def shown_total(self, order: Order) -> str:
        return shown.amount(order.total_amount, order.currency)

    @display(description=_("Sent to"))
    def sent_to(self, order: Order) -> str:
        return shown.lines(order.shipping_address)

    @display(description=_("Billed to"))
    def billed_to(self, order: Order) -> str:
        return shown.lines(order.billing_address)

    @action(description=_("Update the status"), permissions=["act"], icon="arrow_forward")
    def update_status(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def move(order: Order, values: dict[str, Any]) -> None:
            about: dict[str, Any] = {"principal": _principal(request, order), "order_id": order.pk, "now": clock.now()}
            match values["status"]:
                case OrderState.CONFIRMED:
                    orders.confirm_by_hand(**about)
                case OrderState.PROCESSING:
                    orders.process(**about)
                case OrderState.SHIPPED:
                    shipments.ship(parcel=Parcel(), **about)
                case OrderState.DELIVERED:
                    orders.deliver(**about)

        return self.ask(
            request, object_id, steps.StatusForm, move, title=_("Update the status"), done=gettext("Status updated")
        )

    @action(description=_("Send a parcel"), permissions=["act"], icon="local_shipping")
    def send_parcel(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def send(order: Order, values: dict[str, Any]) -> None:
            shipments.ship(
                principal=_principal(request, order),
                order_id=order.pk,
                parcel=_parcel(values),
                portions=values["portions"],
                now=clock.now(),
            )

        return self.ask(request, object_id, steps.SendForm, send, title=_("Send a parcel"), done=gettext("Parcel sent"))

    @action(description=_("Refund"), permissions=["act"], icon="undo")
    def refund(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def give_back(order: Order, values: dict[str, Any]) -> None:
            refunding.refund(_principal(request, order), order, values)

        return self.ask(request, object_id, steps.RefundForm, give_back, title=_("Refund"), done=gettext("Refunded"))

    @action(description=_("Add tracking"), permissions=["act"], icon="pin_drop")
    def add_tracking(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def track(order: Order, values: dict[str, Any]) -> None:
            shipments.track(
                principal=_principal(request, order),
                order_id=order.pk,
                shipment_id=UUID(values["shipment"]),
                parcel=_parcel(values),
                now=clock.now(),
            )

        return self.ask(
            request, object_id, steps.TrackingForm, track, title=_("Add tracking"), done=gettext("Tracking added")
        )

    @action(description=_("Note a payment"), permissions=["act"], icon="payments")
    def receive_payment(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def receive(order: Order, values: dict[str, Any]) -> None:
            payments.receive(
                principal=_principal(request, order), order_id=order.pk, note=values["note"], now=clock.now()
            )

        return self.ask(
            request, object_id, steps.ReceiptForm, receive, title=_("Note a payment"), done=gettext("Payment noted")
        )

    @action(description=_("Add a note"), permissions=["act"], icon="sticky_note_2")
    def add_note(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def write(order: Order, values: dict[str, Any]) -> None:
            notes.add(principal=_principal(request, order), order_id=order.pk, body=values["body"])

        return self.ask(request, object_id, steps.NoteForm, write, title=_("Add a note"), done=gettext("Note added"))

    @action(description=_("Cancel the order"), permissions=["act"], icon="cancel")
    def cancel(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def call_off(order: Order, values: dict[str, Any]) -> None:
            principal = _principal(request, order)
            orders.cancel(
                shopper=Shopper(principal),
                organization_id=principal.acting_in,
                order_id=order.pk,
                reason=values["reason"],
                now=clock.now(),
            )

        return self.ask(
            request, object_id, steps.CancelForm, call_off, title=_("Cancel the order"), done=gettext("Cancelled")
        )


def _principal(request: HttpRequest, order: Order) -> Principal:
    return acting_for(request, order.belongs_to)


def _parcel(values: dict[str, Any]) -> Parcel:
    return Parcel(**{name: values[name] for name in ("carrier", "tracking_number", "tracking_url")})
