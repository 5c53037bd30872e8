"""What happened to orders and their payments: ids, amounts and states, and never an address."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar
from uuid import UUID

from tenon.kernel.outbox.events import Event

_ORDER = "0199f6f0-4c1e-7a52-9d3c-000000000051"
_USER = "0199f6f0-4c1e-7a52-9d3c-000000000001"
_PRODUCT = "0199f6f0-4c1e-7a52-9d3c-000000000041"
_SHIPMENT = "0199f6f0-4c1e-7a52-9d3c-000000000052"
_RETURN = "0199f6f0-4c1e-7a52-9d3c-000000000053"
_PAYMENT = "0199f6f0-4c1e-7a52-9d3c-000000000054"
_REFUND = "0199f6f0-4c1e-7a52-9d3c-000000000055"
_NUMBER = "KAS-7QXK2M9TRD"


@dataclass(frozen=True)
class OrderEvent(Event):
    """Something that happened to an order."""

    organization_id: Annotated[UUID, "The organization that sells."]
    actor_id: Annotated[UUID | None, "The person or key that did it; null where the system did, or a guest."]
    order_id: Annotated[UUID, "The order."]
    number: Annotated[str, "Its number, as the customer knows it."]
    user_id: Annotated[UUID | None, "Whose order it is; null for a guest's."]


@dataclass(frozen=True)
class OrderPlaced(OrderEvent):
    """An order was placed. Its goods are reserved until it is paid, or its time is up."""

    name: ClassVar[str] = "order.placed"
    audited: ClassVar[str] = "order:order:placed"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {
        "order_id": _ORDER,
        "number": _NUMBER,
        "user_id": _USER,
        "total_amount": 3412,
        "currency": "USD",
        "payment_method": "credit_card",
    }

    total_amount: Annotated[int, "What it costs, in minor units of the currency."]
    currency: Annotated[str, "ISO 4217."]
    payment_method: Annotated[str, "credit_card, paypal, bank_transfer or cash_on_delivery."]


@dataclass(frozen=True)
class OrderConfirmed(OrderEvent):
    """An order was paid, or is paid on delivery: its goods are sold."""

    name: ClassVar[str] = "order.confirmed"
    audited: ClassVar[str] = "order:order:confirmed"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {"order_id": _ORDER, "number": _NUMBER, "user_id": _USER}


@dataclass(frozen=True)
class OrderProcessing(OrderEvent):
    """An order is being packed: its customer can no longer cancel it."""

    name: ClassVar[str] = "order.processing"
    audited: ClassVar[str] = "order:order:processing"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {"order_id": _ORDER, "number": _NUMBER, "user_id": _USER}


@dataclass(frozen=True)
class OrderShipped(OrderEvent):
    """A parcel of an order was sent.

    There may be several; `complete` says whether this was the last one.
    """

    name: ClassVar[str] = "order.shipped"
    audited: ClassVar[str] = "order:order:shipped"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {
        "order_id": _ORDER,
        "number": _NUMBER,
        "user_id": _USER,
        "shipment_id": _SHIPMENT,
        "carrier": "DHL",
        "tracking_number": "00340434161094015902",
        "complete": True,
    }

    shipment_id: Annotated[UUID, "The parcel."]
    carrier: Annotated[str, "Who carries it; empty where nobody said."]
    tracking_number: Annotated[str, "The carrier's number; empty where there is none."]
    complete: Annotated[bool, "Whether everything has been sent now."]


@dataclass(frozen=True)
class TrackingChanged(OrderEvent):
    """What is known of where a parcel is to be found has changed."""

    name: ClassVar[str] = "order.tracking_changed"
    audited: ClassVar[str] = "order:order:tracking_changed"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {
        "order_id": _ORDER,
        "number": _NUMBER,
        "user_id": _USER,
        "shipment_id": _SHIPMENT,
        "carrier": "DHL",
        "tracking_number": "00340434161094015902",
    }

    shipment_id: Annotated[UUID, "The parcel."]
    carrier: Annotated[str, "Who carries it."]
    tracking_number: Annotated[str, "The carrier's number."]


@dataclass(frozen=True)
class OrderDelivered(OrderEvent):
    """Everything of an order has arrived."""

    name: ClassVar[str] = "order.delivered"
    audited: ClassVar[str] = "order:order:delivered"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {
        "order_id": _ORDER,
        "number": _NUMBER,
        "user_id": _USER,
        "product_ids": [_PRODUCT],
    }

    product_ids: Annotated[tuple[UUID, ...], "The products that arrived, each once."]


@dataclass(frozen=True)
class OrderCancelled(OrderEvent):
    """An order was called off. Its goods are for sale again."""

    name: ClassVar[str] = "order.cancelled"
    audited: ClassVar[str] = "order:order:cancelled"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {
        "order_id": _ORDER,
        "number": _NUMBER,
        "user_id": _USER,
        "cause": "customer",
        "reason": "Ordered twice",
    }

    cause: Annotated[str, "Who: customer, staff, or expired where nobody paid in time."]
    reason: Annotated[str, "What they said; may be empty."]


@dataclass(frozen=True)
class OrderRefunded(OrderEvent):
    """Everything that was paid for an order has been given back."""

    name: ClassVar[str] = "order.refunded"
    audited: ClassVar[str] = "order:order:refunded"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {"order_id": _ORDER, "number": _NUMBER, "user_id": _USER}


@dataclass(frozen=True)
class ReturnEvent(OrderEvent):
    """Something that happened to goods that are coming back."""

    return_id: Annotated[UUID, "The return."]


_RETURNED: Mapping[str, Any] = {"order_id": _ORDER, "number": _NUMBER, "user_id": _USER, "return_id": _RETURN}


@dataclass(frozen=True)
class ReturnRequested(ReturnEvent):
    """A customer wants to send goods of an order back."""

    name: ClassVar[str] = "order.return_requested"
    audited: ClassVar[str] = "order:return:requested"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = _RETURNED


@dataclass(frozen=True)
class ReturnApproved(ReturnEvent):
    """The customer may send the goods back."""

    name: ClassVar[str] = "order.return_approved"
    audited: ClassVar[str] = "order:return:approved"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = _RETURNED


@dataclass(frozen=True)
class ReturnRejected(ReturnEvent):
    """The goods are not taken back."""

    name: ClassVar[str] = "order.return_rejected"
    audited: ClassVar[str] = "order:return:rejected"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = _RETURNED


@dataclass(frozen=True)
class ReturnReceived(ReturnEvent):
    """The goods have come back. What can be sold again is in stock."""

    name: ClassVar[str] = "order.return_received"
    audited: ClassVar[str] = "order:return:received"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = _RETURNED


@dataclass(frozen=True)
class NoteAdded(OrderEvent):
    """Staff have written something down about an order."""

    name: ClassVar[str] = "order.note_added"
    audited: ClassVar[str] = "order:order:note_added"

    note_id: UUID


@dataclass(frozen=True)
class PaymentEvent(OrderEvent):
    """Something that happened to the payment of an order."""

    payment_id: Annotated[UUID, "The payment."]
    provider: Annotated[str, "By whom it is taken: manual or stripe."]
    amount: Annotated[int, "In minor units of the currency."]
    currency: Annotated[str, "ISO 4217."]


_PAID: Mapping[str, Any] = {
    "order_id": _ORDER,
    "number": _NUMBER,
    "user_id": _USER,
    "payment_id": _PAYMENT,
    "provider": "stripe",
    "amount": 3412,
    "currency": "USD",
}


@dataclass(frozen=True)
class PaymentStarted(PaymentEvent):
    """A payment was begun. It is not known yet whether it succeeds."""

    name: ClassVar[str] = "payment.started"
    audited: ClassVar[str] = "payment:payment:started"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = _PAID


@dataclass(frozen=True)
class PaymentCaptured(PaymentEvent):
    """The money of an order was taken."""

    name: ClassVar[str] = "payment.captured"
    audited: ClassVar[str] = "payment:payment:captured"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = _PAID


@dataclass(frozen=True)
class PaymentFailed(PaymentEvent):
    """An attempt at a payment failed. Another one may follow."""

    name: ClassVar[str] = "payment.failed"
    audited: ClassVar[str] = "payment:payment:failed"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {**_PAID, "failure_code": "card_declined"}

    failure_code: Annotated[str, "What the provider says, in a word."]


@dataclass(frozen=True)
class PaymentRefunded(PaymentEvent):
    """What was paid for an order was given back, `amount` of it this time."""

    name: ClassVar[str] = "payment.refunded"
    audited: ClassVar[str] = "payment:payment:refunded"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {**_PAID, "amount": 1000, "refund_id": _REFUND}

    refund_id: Annotated[UUID, "The refund."]


@dataclass(frozen=True)
class RefundFailed(PaymentEvent):
    """A refund could not be carried out, and may be made in another way."""

    name: ClassVar[str] = "payment.refund_failed"
    audited: ClassVar[str] = "payment:payment:refund_failed"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {
        **_PAID,
        "amount": 1000,
        "refund_id": _REFUND,
        "failure_code": "expired_or_canceled_card",
    }

    refund_id: Annotated[UUID, "The refund."]
    failure_code: Annotated[str, "What the provider says, in a word."]


@dataclass(frozen=True)
class PaymentDisputed(PaymentEvent):
    """A customer disputes a payment at their bank, or that was decided.

    The provider holds the amount until it is decided. Answer it at the provider.
    """

    name: ClassVar[str] = "payment.disputed"
    audited: ClassVar[str] = "payment:payment:disputed"
    public: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Any]] = {**_PAID, "status": "needs_response", "reason": "fraudulent"}

    status: Annotated[str, "How far it is, in the provider's word: needs_response, under_review, won, lost."]
    reason: Annotated[str, "What the customer says, in the provider's word."]


@dataclass(frozen=True)
class RuleChanged(Event):
    """Something that prices follow from was made, changed or deleted: `change` says which, `fields` what of it."""

    audit_target: ClassVar[str] = "rule_id"

    organization_id: UUID
    actor_id: UUID | None
    rule_id: UUID
    rule: str
    change: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class CouponChanged(RuleChanged):
    """A coupon was made, changed or deleted; `rule` is its code."""

    name: ClassVar[str] = "orders.coupon_changed"
    audited: ClassVar[str] = "orders:coupon:changed"


@dataclass(frozen=True)
class ShippingMethodChanged(RuleChanged):
    """A way of sending was made, changed or deleted; `rule` is its code."""

    name: ClassVar[str] = "orders.shipping_method_changed"
    audited: ClassVar[str] = "orders:shipping_method:changed"


@dataclass(frozen=True)
class TaxRateChanged(RuleChanged):
    """A tax rate was made, changed or deleted, or whether prices contain the taxes; `rule` is its name."""

    name: ClassVar[str] = "orders.tax_rate_changed"
    audited: ClassVar[str] = "orders:tax_rate:changed"
