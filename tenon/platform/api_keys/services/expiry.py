"""Keys whose time comes: their organizations are told a week before, and what ended long ago is deleted."""

from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.db.models import Q, QuerySet

from tenon.kernel.outbox.publishing import publish
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.api_keys.events import ApiKeyExpiring
from tenon.platform.api_keys.models import ApiKey, Credential
from tenon.platform.api_keys.selectors import key_facts
from tenon.platform.api_keys.services import letters

TOLD_BEFORE = timedelta(days=7)
KEPT_AFTER = timedelta(days=90)
_BATCH = 500


def tell_expiring(*, now: datetime) -> int:
    """Publish ApiKeyExpiring and write a letter, once for each key that ends within a week. How many these were."""
    soon = Credential.objects.live(now).filter(expires_at__lte=now + TOLD_BEFORE, expiry_told_at=None)
    told = 0
    for organization_id, key_ids in _by_organization(soon.filter(organization__closed_at=None)):
        with organization_scope(organization_id):
            for key_id in key_ids:
                # Two that run at once tell of it once.
                if soon.filter(pk=key_id).update(expiry_told_at=now):
                    key = key_facts(key_id=key_id, now=now)
                    event = ApiKeyExpiring(organization_id, None, key_id, key.expires_at or now)
                    publish(event, aggregate=f"api_key:{key_id}", organization_id=organization_id)
                    letters.tell_expiring(organization_id=organization_id, key=key)
                    told += 1
    return told


def purge(*, now: datetime) -> int:
    """Delete the keys that ended 90 days ago or earlier. How many these were."""
    before = now - KEPT_AFTER
    ended = Credential.objects.filter(Q(revoked_at__lte=before) | Q(expires_at__lte=before))
    purged = 0
    while found := _by_organization(ended):
        for organization_id, key_ids in found:
            with organization_scope(organization_id):
                purged += ApiKey.objects.filter(pk__in=key_ids).delete()[1].get(ApiKey._meta.label, 0)
    return purged


def forget(*, user_id: UUID, now: datetime) -> None:
    """Keys stay their organizations' when whoever made them is erased; from where such a key was used is forgotten."""
    made = list(ApiKey.objects.filter(created_by=user_id).values_list("pk", flat=True))
    Credential.objects.filter(pk__in=made).update(last_used_ip=None)


def _by_organization(rows: QuerySet[Credential]) -> list[tuple[UUID, list[UUID]]]:
    """Some of `rows`, as the ids of keys by organization; none when there are none left."""
    found = list(rows.order_by("organization_id", "pk").values_list("organization_id", "pk")[:_BATCH])
    return [(owner, [key_id for _, key_id in keys]) for owner, keys in groupby(found, key=lambda each: each[0])]
