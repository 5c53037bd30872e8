"""A signed-in device and how long it stays so."""

from datetime import datetime

from django.db import models

from tenon.kernel.ids import new_id
from tenon.platform.identity.models.users import User


class SessionQuerySet(models.QuerySet["Session"]):
    def live(self, now: datetime) -> "SessionQuerySet":
        """Sessions that may still be used."""
        return self.filter(revoked_at__isnull=True, idle_expires_at__gt=now)


class Session(models.Model):
    """One sign-in on one device. `counter` is the number of the only refresh token that rotates it.

    `idle_expires_at` moves with each refresh and never passes `absolute_expires_at`, so the first alone says
    whether the time is up.
    """

    class RevokeReason(models.TextChoices):
        """Why a session ended before its time."""

        SIGNED_OUT = "signed_out"
        REVOKED = "revoked"
        REPLAYED = "replayed"
        PASSWORD_CHANGED = "password_changed"
        PASSWORD_RESET = "password_reset"
        USER_DISABLED = "user_disabled"
        ERASURE = "erasure"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions", db_index=False)
    counter = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField()
    rotated_at = models.DateTimeField(null=True)
    idle_expires_at = models.DateTimeField()
    absolute_expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoke_reason = models.CharField(max_length=32, blank=True, choices=RevokeReason)
    user_agent = models.CharField(max_length=400, blank=True)
    ip = models.GenericIPAddressField(null=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        indexes = [
            # selectors.sessions_of, in the order of use; sessions.end of an account.
            models.Index(fields=["user", "last_used_at"], name="identity_session_of_user"),
            # purging.purge.
            models.Index(fields=["idle_expires_at"], name="identity_session_purge"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.ip or self.pk}"

    def is_live(self, now: datetime) -> bool:
        """Whether the session may still be used."""
        return self.revoked_at is None and self.idle_expires_at > now
