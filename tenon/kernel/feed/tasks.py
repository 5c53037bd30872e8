"""The feed's own upkeep."""

from datetime import timedelta

from django.conf import settings

from tenon.kernel import clock
from tenon.kernel.feed import expiry, placing
from tenon.kernel.outbox.registry import chore
from tenon.kernel.retention.declaring import purge

chore(placing.place)


@purge("feed.expire", every=timedelta(hours=1))
def expire() -> int:
    """Delete events that have been in the feed for as long as the settings keep them."""
    return expiry.expire(placed_before=clock.now() - timedelta(days=settings.EVENTS_KEEP_DAYS))
