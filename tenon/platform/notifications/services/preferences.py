"""What a person wants to be told over which channel."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from tenon.kernel.errors import FieldError
from tenon.platform.identity import selectors as identity
from tenon.platform.notifications import policies, selectors
from tenon.platform.notifications.engines import unsubscribing
from tenon.platform.notifications.errors import Required, UnknownChannel, UnknownType
from tenon.platform.notifications.models import Preference
from tenon.platform.notifications.policies import Channel, NotificationType
from tenon.platform.notifications.selectors import Choice


@dataclass(frozen=True, slots=True)
class Change:
    """Whether a type is wanted over a channel from now on."""

    type: str
    channel: str
    enabled: bool


def change_preferences(*, user_id: UUID, changes: Iterable[Change]) -> list[Choice]:
    """Make all of the changes, or none; returns every type with its channels.

    Raises UnknownType, UnknownChannel, Required, naming the place among `changes`.
    """
    wanted: dict[tuple[str, str], bool] = {}
    for place, change in enumerate(changes):
        _require(change, place)
        wanted[change.type, change.channel] = change.enabled
    with transaction.atomic():
        _store(user_id, wanted)
    return selectors.preferences_of(user_id=user_id)


def unsubscribe(*, secret: str) -> NotificationType:
    """End the mails of one type for one person; whoever has the link, may. Returns the type.

    Raises InvalidUnsubscription.
    """
    kind = selectors.unsubscription(secret=secret)
    found = unsubscribing.decode(secret)
    # Of somebody who was erased nothing is noted any more; the link answers them as it always did.
    if found is not None and not kind.required and not identity.is_erased(user_id=found.user_id):
        with transaction.atomic():
            _store(found.user_id, {(kind.name, Channel.EMAIL): False})
    return kind


def _require(change: Change, place: int) -> None:
    kind = policies.find(change.type)
    if kind is None:
        raise UnknownType(errors=[FieldError(f"/changes/{place}/type", UnknownType.code, UnknownType.message)])
    pointer = f"/changes/{place}/channel"
    if change.channel not in kind.channels:
        raise UnknownChannel(errors=[FieldError(pointer, UnknownChannel.code, UnknownChannel.message)])
    if kind.required:
        raise Required(errors=[FieldError(pointer, Required.code, Required.message)])


def _store(user_id: UUID, wanted: dict[tuple[str, str], bool]) -> None:
    for (name, channel), enabled in sorted(wanted.items()):
        Preference.objects.update_or_create(user_id=user_id, type=name, channel=channel, defaults={"enabled": enabled})
