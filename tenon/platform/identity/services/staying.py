"""Whoever signs in again stays: what they had asked for, to be forgotten, is asked for no more."""

from datetime import datetime

from tenon.kernel import clock, mail
from tenon.kernel.outbox.publishing import publish
from tenon.platform.identity.events import ErasureCancelled
from tenon.platform.identity.models import User


def cancel_erasure(user: User, *, now: datetime) -> None:
    """Forget, in the caller's transaction, that the person asked to be erased, and tell them so."""
    if user.erases_at is None or not User.objects.filter(pk=user.pk, erases_at__isnull=False).update(erases_at=None):
        return
    user.erases_at = None
    publish(ErasureCancelled(user_id=user.pk), aggregate=f"user:{user.pk}")
    mail.send(
        template="erasure_cancelled",
        to=user.email,
        context={"name": user.display_name, "cancelled_at": clock.rfc3339(now)},
        locale=user.locale,
    )
