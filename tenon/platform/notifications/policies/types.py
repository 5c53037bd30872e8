"""The types of notifications. Each app declares its own in `policies.py`, as it does with permission words:

    SHIPPED = notifications.register(
        "orders.shipped", title=_("An order is on its way"), message=_("Order %(number)s has been shipped.")
    )

Every installed app's `policies.py` is imported at start; the types of what is switched off are told to nobody.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from tenon.kernel import modules
from tenon.kernel.errors import Text
from tenon.platform.notifications.models.notifications import TYPE_LENGTH

_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")


class Channel(StrEnum):
    """A way to a person."""

    IN_APP = "in_app"
    EMAIL = "email"
    PUSH = "push"


EVERYWHERE = frozenset(Channel)
SOMEBODY = _("Somebody who has left")  # in the place of a name


@dataclass(frozen=True, slots=True)
class NotificationType:
    """Something that people can be told.

    `message` is a sentence with places for values, `%(number)s`. `channels` are the ways that it can take, `default`
    those that it takes until the person says otherwise. A `required` type takes its channels whatever the person says.
    What is for `members_only` is told to members of its organization alone, and is gone for those who leave it.
    `naming` are the values that name somebody else, who may be erased while the notification is still there.
    """

    name: str
    title: Text
    message: Text
    channels: frozenset[Channel]
    default: frozenset[Channel]
    required: bool
    members_only: bool
    naming: frozenset[str] = frozenset()

    def nameless(self, values: Mapping[str, Any]) -> str:
        """The message as it reads once the person whom it names is erased. Raises KeyError as `rendered` does."""
        return self.rendered({**values, **dict.fromkeys(self.naming, str(SOMEBODY))})

    def rendered(self, values: Mapping[str, Any]) -> str:
        """The message in the active language. Raises KeyError for a value that is missing."""
        return str(self.message) % values


class MalformedType(ValueError):
    """A declaration that says no name, or channels by default that it does not have."""


class DuplicateType(ValueError):
    """A name that is declared already."""


_declared: dict[str, NotificationType] = {}


def register(
    name: str,
    *,
    title: Text,
    message: Text,
    channels: Collection[Channel] = EVERYWHERE,
    default: Collection[Channel] | None = None,
    required: bool = False,
    members_only: bool = False,
    naming: Collection[str] = (),
) -> NotificationType:
    """Declare a type and return it. Without `default`, it takes all its channels. Raises MalformedType, DuplicateType.

    `name` is `<app>.<what_happened>` and is stored with each notification, so it outlives a change of the code.
    """
    kind = NotificationType(
        name=name,
        title=title,
        message=message,
        channels=frozenset(channels),
        default=frozenset(channels if default is None else default),
        required=required,
        members_only=members_only,
        naming=frozenset(naming),
    )
    if not _NAME.fullmatch(name) or len(name) > TYPE_LENGTH:
        raise MalformedType(f"{name!r} is no type of notification: it must read like 'orders.shipped'.")
    if not kind.channels or not kind.default <= kind.channels:
        raise MalformedType(f"{name}: channels by default are among its channels, and it has at least one.")
    if name in _declared:
        raise DuplicateType(f"The type {name!r} is declared already.")
    if modules.is_on(modules.declaring()):
        _declared[name] = kind
    return kind


def find(name: str) -> NotificationType | None:
    """The type of this name; None where no app declares it (any more)."""
    return _declared.get(name)


def declared() -> list[NotificationType]:
    """Every type, by name."""
    return sorted(_declared.values(), key=lambda kind: kind.name)


def chosen(kind: NotificationType, deviations: Mapping[str, bool]) -> frozenset[Channel]:
    """The channels that `kind` takes to somebody who has said `deviations`, by channel."""
    if kind.required:
        return kind.default
    return frozenset(channel for channel in kind.channels if deviations.get(channel, channel in kind.default))
