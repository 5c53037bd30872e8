"""Reading notifications, preferences and devices. Every question names whose they are."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from tenon.kernel.statements import Statement
from tenon.platform.notifications import policies
from tenon.platform.notifications.engines import unsubscribing
from tenon.platform.notifications.errors import InvalidUnsubscription
from tenon.platform.notifications.models import Device, Mailbox, Notification, Preference
from tenon.platform.notifications.policies import Channel, NotificationType
from tenon.platform.notifications.policies.types import chosen

FIELDS = ("id", "type", "message", "target_url", "organization_id", "created_at", "read_at", "position")
READ_ON = 50  # rows that a socket reads at a time


@dataclass(frozen=True, slots=True)
class Choice:
    """A type of notification and the channels that it takes to a person."""

    type: NotificationType
    channels: frozenset[Channel]


def notifications_of(*, user_id: UUID) -> QuerySet[Notification]:
    """What the person was told."""
    return Notification.objects.filter(recipient=user_id)


def since(*, user_id: UUID, position: int) -> list[tuple[Any, ...]]:
    """What came after `position`, the oldest first, as rows of FIELDS, up to READ_ON of them."""
    return _SINCE.rows(user_id=user_id, position=position)


def last_position(*, user_id: UUID) -> int:
    """The position of the person's newest notification; 0 where there never was one."""
    found = Mailbox.objects.filter(pk=user_id).values_list("last_position", flat=True).first()
    return found or 0


def last_positions(user_ids: Collection[UUID]) -> dict[UUID, int]:
    """The same for many; who never had one is left out."""
    return dict(Mailbox.objects.filter(pk__in=user_ids).values_list("pk", "last_position"))


def unread_count(*, user_id: UUID) -> int:
    """How many the person has not read."""
    return Notification.objects.filter(recipient=user_id, unread=True).count()


def preferences_of(*, user_id: UUID) -> list[Choice]:
    """Every type there is, with the channels that it takes to the person."""
    deviations = deviations_of([user_id])
    return [Choice(kind, chosen(kind, deviations.get((user_id, kind.name), {}))) for kind in policies.declared()]


def unsubscription(*, secret: str) -> NotificationType:
    """The type that a link is about. Raises InvalidUnsubscription, also where nobody declares it any more."""
    found = unsubscribing.decode(secret)
    kind = policies.find(found.type) if found else None
    if kind is None:
        raise InvalidUnsubscription
    return kind


def deviations_of(user_ids: Iterable[UUID], *, type_name: str = "") -> dict[tuple[UUID, str], dict[str, bool]]:
    """What persons want otherwise than the types say, by person and type: channel to whether they want it."""
    rows = Preference.objects.filter(user__in=list(user_ids), **({"type": type_name} if type_name else {}))
    found: dict[tuple[UUID, str], dict[str, bool]] = {}
    for user_id, name, channel, enabled in rows.values_list("user_id", "type", "channel", "enabled"):
        found.setdefault((user_id, name), {})[channel] = enabled
    return found


def devices_of(*, user_id: UUID) -> QuerySet[Device, Any]:
    """The person's devices, as values; their tokens are nobody's to read."""
    rows: QuerySet[Device, Any] = Device.objects.filter(user=user_id).values(
        "id", "platform", "name", "created_at", "last_seen_at"
    )
    return rows


def held_of(user_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Everything that is kept of the person here; of a device's token nothing is said."""
    return {
        "notifications": [dict(row) for row in notifications_of(user_id=user_id).order_by("position").values(*FIELDS)],
        "preferences": [
            dict(row) for row in Preference.objects.filter(user=user_id).values("type", "channel", "enabled")
        ],
        "devices": [dict(row) for row in devices_of(user_id=user_id).order_by("id")],
    }


_SINCE = Statement(
    lambda user_id, position: (
        Notification.objects.filter(recipient=user_id, position__gt=position)
        .order_by("position")
        .values_list(*FIELDS)[:READ_ON]
    ),
    user_id=UUID,
    position=int,
)
