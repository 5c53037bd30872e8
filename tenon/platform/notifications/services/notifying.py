"""Telling people: queued in the transaction that is the reason for it, written and sent by the relay."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import translation

from tenon.kernel import mail
from tenon.kernel.outbox.publishing import enqueue
from tenon.platform.identity import selectors as identity
from tenon.platform.identity.selectors import UserFacts
from tenon.platform.notifications import policies, selectors
from tenon.platform.notifications.engines import targets, unsubscribing
from tenon.platform.notifications.engines.unsubscribing import Unsubscription
from tenon.platform.notifications.models import Device, Notification
from tenon.platform.notifications.models.notifications import MESSAGE_LENGTH
from tenon.platform.notifications.policies import Channel, NotificationType
from tenon.platform.notifications.policies.types import SOMEBODY, chosen
from tenon.platform.notifications.services import mailboxes, pushing, sockets
from tenon.platform.organizations import selectors as organizations

JOB = "notifications.deliver"
PUSH_JOB = "notifications.push"
BATCH = 200


def notify(
    *,
    recipient_ids: Collection[UUID],
    kind: NotificationType,
    values: Mapping[str, str] | None = None,
    target_url: str = "",
    organization_id: UUID | None = None,
    about: UUID | None = None,
) -> None:
    """Tell people something, over the channels that each of them wants. Call it in the transaction of the change.

    `values` fill the message of the type. `target_url` is a path of this deployment or an http(s) address.
    `organization_id` says whose matter it is; a type for members only needs one. `about` is the person whom the values
    name that the type calls `naming`: when they are erased, the message loses the name. Accounts that are disabled, or
    that are no members, are passed over. Raises InvalidTarget, KeyError for a value that the message wants, ValueError,
    and NotInTransaction on autocommit.
    """
    given = dict(values or {})
    kind.rendered(given)
    targets.require_target(target_url)
    if kind.members_only and organization_id is None:
        raise ValueError(f"{kind.name} is for members only: say of which organization.")
    if bool(kind.naming) != (about is not None):
        raise ValueError(f"{kind.name}: say whom a type that names somebody is about, and of no other type.")
    people = sorted(set(recipient_ids))
    for start in range(0, len(people), BATCH):
        payload = {
            "recipient_ids": people[start : start + BATCH],
            "type_name": kind.name,
            "values": given,
            "target_url": target_url,
            "organization_id": organization_id,
            "about": about,
        }
        # Sealed: values may name people.
        enqueue(JOB, payload, organization_id=organization_id, secret=True)


@dataclass(frozen=True, slots=True)
class Told:
    """What to tell, of which everybody gets their own copy in their own language."""

    type: NotificationType
    values: Mapping[str, str]
    target_url: str
    organization_id: UUID | None
    about: UUID | None


def deliver(
    *,
    recipient_ids: Sequence[UUID],
    type_name: str,
    values: Mapping[str, str],
    target_url: str,
    organization_id: UUID | None,
    now: datetime,
    about: UUID | None = None,
) -> int:
    """Write the notifications and queue mails and pushes, in the caller's transaction. Returns how many people got it.

    A type that no app declares any more is told to nobody.
    """
    kind = policies.find(type_name)
    if kind is None:
        return 0
    if about is not None and not identity.active_people(user_ids=[about]):
        values, about = {**values, **dict.fromkeys(kind.naming, str(SOMEBODY))}, None  # erased meanwhile, perhaps
    told = Told(kind, values, target_url, organization_id, about)
    people = identity.active_people(user_ids=_allowed(told, recipient_ids))
    deviations = selectors.deviations_of([person.id for person in people], type_name=type_name)
    ways = {person.id: chosen(kind, deviations.get((person.id, type_name), {})) for person in people}
    messages = {person.id: _rendered(told, person) for person in people}
    ids = _write(told, [person for person in people if Channel.IN_APP in ways[person.id]], messages, now=now)
    _mail(told, [person for person in people if Channel.EMAIL in ways[person.id] and person.is_verified], messages)
    _push(told, [person for person in people if Channel.PUSH in ways[person.id]], messages, ids)
    return len(people)


def _allowed(told: Told, recipient_ids: Sequence[UUID]) -> Collection[UUID]:
    if not told.type.members_only or told.organization_id is None:
        return recipient_ids
    return organizations.members_among(organization_id=told.organization_id, user_ids=recipient_ids)


def _rendered(told: Told, person: UserFacts) -> str:
    with translation.override(person.locale or settings.LANGUAGE_CODE):
        return told.type.rendered(told.values)[:MESSAGE_LENGTH]


def _nameless(told: Told, locale: str) -> str:
    if told.about is None:
        return ""
    with translation.override(locale or settings.LANGUAGE_CODE):
        return told.type.nameless(told.values)[:MESSAGE_LENGTH]


def _write(told: Told, people: Sequence[UserFacts], messages: Mapping[UUID, str], *, now: datetime) -> dict[UUID, UUID]:
    """The in-app notifications; returns the id of each person's."""
    if not people:
        return {}
    positions = mailboxes.next_positions([person.id for person in people])
    locales = {person.id: person.locale for person in people}
    rows = [
        Notification(
            recipient_id=user_id,
            position=position,
            organization_id=told.organization_id,
            type=told.type.name,
            message=messages[user_id],
            about=told.about,
            nameless=_nameless(told, locales[user_id]),
            target_url=told.target_url,
            created_at=now,
        )
        for user_id, position in positions.items()
    ]
    Notification.objects.bulk_create(rows)
    sockets.wake(list(positions))
    return {row.recipient_id: row.id for row in rows}


def _mail(told: Told, people: Sequence[UserFacts], messages: Mapping[UUID, str]) -> None:
    for person in people:
        with translation.override(person.locale or settings.LANGUAGE_CODE):
            title = str(told.type.title)
        context = {
            "title": title,
            "message": messages[person.id],
            "url": targets.absolute(told.target_url, site_url=settings.SITE_URL),
        }
        secret = "" if told.type.required else unsubscribing.encode(Unsubscription(person.id, told.type.name))
        mail.send(
            template="notification",
            to=person.email,
            context={**context, "unsubscribe_url": _page(secret)},
            locale=person.locale,
            unsubscribe_url=_one_click(secret),
        )


def _page(secret: str) -> str:
    # In the fragment, which a browser sends neither to a server nor in a Referer.
    return f"{settings.SITE_URL}/unsubscribe/#token={secret}" if secret else ""


def _one_click(secret: str) -> str:
    return f"{settings.SITE_URL}/unsubscribe/{secret}/" if secret else ""


def _push(told: Told, people: Sequence[UserFacts], messages: Mapping[UUID, str], ids: Mapping[UUID, UUID]) -> None:
    locales = {person.id: person.locale for person in people}
    devices = Device.objects.filter(user__in=list(locales), platform__in=pushing.platforms())
    for device_id, user_id in devices.values_list("id", "user_id"):
        with translation.override(locales[user_id] or settings.LANGUAGE_CODE):
            title = str(told.type.title)
        payload: dict[str, Any] = {
            "device_id": device_id,
            "user_id": user_id,
            "notification_id": ids.get(user_id),
            "type_name": told.type.name,
            "title": title,
            "message": messages[user_id],
            "target_url": told.target_url,
        }
        enqueue(PUSH_JOB, payload, organization_id=told.organization_id, secret=True)
