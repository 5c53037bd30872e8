"""The paths of orders, below /api/v1/."""

from django.urls import path

from tenon.domains.orders.api.views import checkout, moving, orders, parts, payments, refunds, reports

app_name = "orders"

_ORDER = "orders/<uuid:order_id>/"

urlpatterns = [
    path("cart/checkout/", checkout.CheckoutView.as_view(), name="checkout"),
    path("orders/", orders.OrdersView.as_view(), name="orders"),
    path("orders/my_orders/", orders.MyOrdersView.as_view(), name="my-orders"),
    path("orders/stats/", orders.OrderNumbersView.as_view(), name="numbers"),
    path(_ORDER, orders.OrderView.as_view(), name="order"),
    path(f"{_ORDER}cancellation/", moving.CancellationView.as_view(), name="cancellation"),
    path(f"{_ORDER}confirmation/", moving.ConfirmationView.as_view(), name="confirmation"),
    path(f"{_ORDER}processing/", moving.ProcessingView.as_view(), name="processing"),
    path(f"{_ORDER}delivery/", moving.DeliveryView.as_view(), name="delivery"),
    path(f"{_ORDER}shipments/", parts.ShipmentsView.as_view(), name="shipments"),
    path(f"{_ORDER}shipments/<uuid:shipment_id>/", parts.ShipmentView.as_view(), name="shipment"),
    path(
        f"{_ORDER}shipments/<uuid:shipment_id>/delivery/",
        parts.ShipmentDeliveryView.as_view(),
        name="shipment-delivery",
    ),
    path(f"{_ORDER}returns/", parts.ReturnsView.as_view(), name="returns"),
    path(f"{_ORDER}returns/<uuid:return_id>/", parts.ReturnView.as_view(), name="return"),
    path(f"{_ORDER}notes/", parts.NotesView.as_view(), name="notes"),
    path(f"{_ORDER}transitions/", parts.TransitionsView.as_view(), name="transitions"),
    path(f"{_ORDER}payments/", payments.PaymentsView.as_view(), name="payments"),
    path(f"{_ORDER}receipts/", payments.ReceiptsView.as_view(), name="receipts"),
    path(f"{_ORDER}refunds/", refunds.RefundsView.as_view(), name="refunds"),
    path(f"{_ORDER}ledger/", payments.BooksView.as_view(), name="books"),
    path("payments/stripe/webhook/", refunds.StripeWebhookView.as_view(), name="stripe-webhook"),
    path(
        "payments/<uuid:payment_id>/confirmation/",
        payments.PaymentConfirmationView.as_view(),
        name="payment-confirmation",
    ),
    path("reports/revenue/", reports.RevenueView.as_view(), name="revenue"),
    path("reports/best-sellers/", reports.BestSellersView.as_view(), name="best-sellers"),
    # The older verbs.
    path(f"{_ORDER}cancel/", moving.CancelView.as_view(), name="cancel"),
    path(f"{_ORDER}update_status/", moving.UpdateStatusView.as_view(), name="update-status"),
    path(f"{_ORDER}add_tracking/", moving.AddTrackingView.as_view(), name="add-tracking"),
]
