"""How files go: the row at once, the bytes by a job once that is committed."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast
from uuid import UUID

from tenon.kernel.errors import NotFound
from tenon.kernel.outbox.publishing import enqueue, publish
from tenon.kernel.principal import Principal
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.files import policies
from tenon.platform.files.clients.current import store
from tenon.platform.files.events import FileDeleted
from tenon.platform.files.models import File
from tenon.platform.files.services import quota
from tenon.platform.organizations.policies import may, require

_BATCH = 200
COUNTED = frozenset({File.State.PENDING, File.State.READY})  # towards the quota


def delete(*, principal: Principal, file_id: UUID) -> None:
    """Delete a file in any state. Raises Forbidden, NotFound."""
    require(may(principal, policies.WRITE))
    with organization_scope(principal.acting_in):
        file = File.objects.select_for_update().filter(pk=file_id).first()
        if file is None:
            raise NotFound
        drop(file, actor_id=principal.id, reason="deleted")


def drop(file: File, *, actor_id: UUID | None, reason: str) -> None:
    """Delete a locked row, give its room back, and see to its bytes."""
    organization_id, file_id = organization_of(file), file.id
    if file.state in COUNTED:
        quota.release(file.size)
    enqueue("files.remove_bytes", {"keys": [file.storage_key]}, organization_id=organization_id)
    if actor_id or file.state == File.State.READY:  # an upload that came to nothing was never there for anybody else
        publish(
            FileDeleted(organization_id, actor_id, file_id, file.purpose, reason),
            aggregate=f"file:{file_id}",
            organization_id=organization_id,
        )
    file.delete()


def organization_of(file: File) -> UUID:
    """Whose it is; a row that was read has it."""
    return cast(UUID, file.organization_id)


def remove_bytes(*, keys: Iterable[str]) -> None:
    """Remove what lies under these keys; what is not there is as good as removed."""
    store().remove(keys)


def clear(*, organization_id: UUID) -> None:
    """Delete every file of an organization, some in a transaction, so that it can be begun again."""
    some = _BATCH
    while some == _BATCH:
        with organization_scope(organization_id):
            found = list(File.objects.select_for_update().order_by("pk")[:_BATCH])
            for file in found:
                drop(file, actor_id=None, reason="erased")
            some = len(found)


def forget(*, user_id: UUID, now: datetime) -> None:
    """Files belong to their organizations, which may need them: they stay, and nobody has sent them.

    Those of an organization that was the person's alone are cleared when it is closed.
    """
    File.objects.filter(uploaded_by=user_id).update(uploaded_by=None)
