"""What Django's admin remembers of what staff did: a person takes it along, and is forgotten in it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from tenon.platform.identity import selectors as identity

_SHORTEST = 3  # names shorter than this are found in everything


def held_of(user_id: UUID) -> list[dict[str, Any]]:
    """What the person did in the portal; what the rows are called may be the name of somebody else."""
    rows = LogEntry.objects.filter(user=user_id).order_by("action_time")
    return [dict(row) for row in rows.values("action_time", "action_flag", "content_type__model", "object_id")]


def forget(*, user_id: UUID, now: datetime) -> None:
    """Clear what the history calls the person's account, and every other row that is called by a name of theirs.

    Who did it, when, and to which row stays.
    """
    account = identity.user_facts(user_id=user_id)
    account_type = ContentType.objects.get(app_label="identity", model="user")
    told = Q(content_type=account_type, object_id=str(user_id))
    for name in {account.email, account.username, account.first_name, account.last_name, account.phone_number}:
        if len(name) >= _SHORTEST:
            told |= Q(object_repr__icontains=name) | Q(change_message__icontains=name)
    LogEntry.objects.filter(told).update(object_repr="", change_message="")
