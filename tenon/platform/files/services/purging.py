"""Upkeep: uploads that never came, files whose time is up, and bytes and rows that have lost each other."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from tenon.kernel.outbox.publishing import enqueue
from tenon.kernel.tenancy.scopes import organization_scope, system_scope
from tenon.platform.files.clients.current import store
from tenon.platform.files.models import File, Usage
from tenon.platform.files.services import quota
from tenon.platform.files.services.deleting import COUNTED, drop
from tenon.platform.files.services.uploads import KEPT

GRACE = timedelta(hours=24)  # bytes younger than this may belong to a row that is not committed yet
_BATCH = 200
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class PurgeReport:
    """`orphans`: objects without a row, removed. `lost`: ready files whose bytes are gone, marked as expired."""

    orphans: int = 0
    orphan_bytes: int = 0
    lost: int = 0


def expire(*, now: datetime) -> int:
    """Give up uploads that are overdue, delete files whose time is up, forget refusals. Returns how many rows."""
    done = 0
    while some := _due(now):
        for organization_id, file_id in some:
            with organization_scope(organization_id):
                # Still due: an upload that was completed since it was read has another time, or none.
                file = File.objects.select_for_update().filter(pk=file_id, expires_at__lte=now).first()
                if file is None:
                    continue
                if file.state == File.State.PENDING:
                    quota.release(file.size)
                    file.state, file.expires_at = File.State.EXPIRED, now + KEPT
                    file.save(update_fields=["state", "expires_at"])
                    enqueue("files.remove_bytes", {"keys": [file.storage_key]}, organization_id=organization_id)
                else:
                    drop(file, actor_id=None, reason="retention")
                done += 1
    return done


def purge_orphans(*, now: datetime) -> PurgeReport:
    """Compare the store with the table, one organization after the other, and set right how much each has."""
    report = PurgeReport()
    with system_scope(reason="which organizations have files", read_only=True):
        known = {each.hex for each in Usage.objects.values_list("organization_id", flat=True)}
    for folder in sorted(known | set(store().folders())):
        try:
            organization_id = UUID(hex=folder)
        except ValueError:
            continue  # somebody else's, in a shared bucket
        _compare(organization_id, report, now=now)
    _log.info("files_purged", extra={"orphans": report.orphans, "bytes": report.orphan_bytes, "lost": report.lost})
    return report


def _due(now: datetime) -> list[tuple[UUID, UUID]]:
    with system_scope(reason="what is due, of every organization", read_only=True):
        due = File.objects.filter(expires_at__lte=now).order_by("expires_at")
        return list(due.values_list("organization_id", "id")[:_BATCH])


def _compare(organization_id: UUID, report: PurgeReport, *, now: datetime) -> None:
    objects = {each.key: each for each in store().objects(organization_id.hex)}
    with organization_scope(organization_id, read_only=True):
        rows = dict(File.objects.values_list("storage_key", "id"))
    orphans = [each for key, each in objects.items() if key not in rows and each.changed_at < now - GRACE]
    store().remove([each.key for each in orphans])
    report.orphans += len(orphans)
    report.orphan_bytes += sum(each.size for each in orphans)
    missing = [file_id for key, file_id in rows.items() if key not in objects]
    with organization_scope(organization_id):
        lost = File.objects.select_for_update().filter(
            pk__in=missing, state=File.State.READY, updated_at__lt=now - GRACE
        )
        for file in lost:
            _log.error("file_lost", extra={"organization_id": str(organization_id), "file_id": str(file.id)})
            file.state, file.refusal, file.expires_at = File.State.EXPIRED, "lost", None
            file.save(update_fields=["state", "refusal", "expires_at"])
            report.lost += 1
        Usage.objects.select_for_update().first()
        counted = File.objects.filter(state__in=COUNTED).aggregate(total=Coalesce(Sum(F("size")), 0))["total"]
        Usage.objects.update(bytes=counted)
