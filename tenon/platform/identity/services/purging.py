"""Forgetting what has ended."""

from datetime import datetime, timedelta

from tenon.kernel.retention.deleting import delete_in_batches
from tenon.platform.identity.models import MagicCode, OneTimeSecret, Session

# Kept so long, a used verification link still answers and a session that ended can still be looked into.
KEPT = timedelta(days=30)


def purge(*, now: datetime) -> int:
    """Delete sessions and secrets that expired more than 30 days ago, and magic codes that have expired; how many.

    A magic code holds an address, most often of somebody who has no account: nothing speaks for keeping it.
    """
    before = now - KEPT
    sessions = Session.objects.filter(idle_expires_at__lt=before)
    secrets = OneTimeSecret.objects.filter(expires_at__lt=before)
    codes = MagicCode.objects.filter(expires_at__lte=now)
    return sum(map(delete_in_batches, (sessions, secrets, codes)))
