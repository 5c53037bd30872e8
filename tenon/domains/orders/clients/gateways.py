"""What a provider of payments can do: one face for all of them. Its own words end at the modules beside this one."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Protocol, runtime_checkable
from uuid import UUID

from tenon.kernel.money import Money


class IntentState(StrEnum):
    """How far a payment is at the provider. Stored, so a word keeps its meaning."""

    OPEN = "open"
    """Waits for the shopper: nothing was tried yet, the last try failed, or the bank asks them something."""
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    CANCELLED = "cancelled"


class RefundState(StrEnum):
    """How far a refund is at the provider. A refund that has succeeded can still fail days later."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class Subject(StrEnum):
    """What a notice is about."""

    PAYMENT = "payment"
    REFUND = "refund"
    DISPUTE = "dispute"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the last try failed, in the provider's words. `reference` tells tries apart."""

    reference: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Intent:
    """A payment as the provider has it. `received` is what was captured; zero until it succeeds.

    `client_secret` is for the shopper's browser: whoever has it may pay, and see what is paid.
    """

    reference: str
    state: IntentState
    amount: Money
    received: Money
    payment_id: str = ""
    organization_id: str = ""
    client_secret: str = field(default="", repr=False)
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class ProviderRefund:
    """A refund as the provider has it. `refund_id` is ours, empty where somebody else asked for it."""

    reference: str
    intent_reference: str
    state: RefundState
    amount: Money
    refund_id: str = ""
    failure_code: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the provider tells. What the object says was true when it was written; ask before believing.

    `subject` is None for what does not concern us. What the notice does not say is empty: of the organization and the
    payment, our ids, a dispute says nothing.
    """

    id: str
    type: str
    at: datetime
    subject: Subject | None
    reference: str
    intent_reference: str
    organization_id: str
    payment_id: str
    content: dict[str, Any]
    failure: Failure | None = None


class Gateway(Protocol):
    """A provider. No method is called inside a database transaction.

    Each raises ProviderUnavailable, and ProviderRefused. `key` is the same for every repetition of one request: what
    the provider has done under it, it does not do again.
    """

    name: ClassVar[str]

    def open(
        self, *, payment_id: UUID, order_id: UUID, organization_id: UUID, amount: Money, description: str, key: str
    ) -> Intent: ...

    def refund(
        self,
        *,
        refund_id: UUID,
        payment_id: UUID,
        organization_id: UUID,
        intent_reference: str,
        amount: Money,
        key: str,
    ) -> ProviderRefund: ...


@runtime_checkable
class TellingGateway(Gateway, Protocol):
    """A provider that knows by itself what was paid and given back. Of any other, people note it."""

    def look_up(self, reference: str) -> Intent: ...

    def cancel(self, reference: str, *, key: str) -> Intent: ...

    def look_up_refund(self, reference: str) -> ProviderRefund: ...

    def refunds_of(self, intent_reference: str) -> Iterable[ProviderRefund]: ...
