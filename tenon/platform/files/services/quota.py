"""How many bytes an organization may have. The row is the turn: who adds to it at once, adds one after the other."""

from uuid import UUID

from django.conf import settings
from django.db.models import F

from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.files.errors import QuotaUsedUp
from tenon.platform.files.models import Usage


def begin(organization_id: UUID) -> None:
    """Make the row, if there is none, in a transaction of its own.

    On MariaDB whoever inserts it at the same time keeps locks until the commit, and updates would wait in a circle.
    """
    with organization_scope(organization_id):
        if not Usage.objects.exists():
            Usage.objects.get_or_create()


def reserve(size: int) -> None:
    """Count `size` bytes in, in the organization of the scope. Raises QuotaUsedUp."""
    quota = settings.FILES_QUOTA_BYTES
    usages = Usage.objects.filter(bytes__lte=quota - size) if quota else Usage.objects.all()
    if not usages.update(bytes=F("bytes") + size):
        raise QuotaUsedUp


def release(size: int) -> None:
    """Count `size` bytes out again; negative ones in, whatever the quota says."""
    Usage.objects.update(bytes=F("bytes") - size)
