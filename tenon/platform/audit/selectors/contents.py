"""Which columns of an entry are in the chain, and which entries are about a person."""

from dataclasses import fields
from uuid import UUID

from django.db.models import Q, QuerySet

from tenon.platform.audit.engines.chain import Content
from tenon.platform.audit.models import Entry

COLUMNS = tuple(field.name for field in fields(Content))
ERASED = "audit:person:erased"
"""The action of the entry that says that a person was erased."""


def about(user_id: UUID) -> QuerySet[Entry]:
    """What the person did, and what was done to them."""
    return Entry.objects.filter(Q(actor_id=user_id) | Q(target_id=str(user_id)))
