"""Where a person's pushes go."""

from django.conf import settings
from django.db import models

from tenon.kernel import crypto
from tenon.kernel.ids import new_id

_PURPOSE = "notifications.device"


class Device(models.Model):
    """An installation of an app that takes pushes. Its token rests sealed; the digest finds it.

    `session_id` is the sign-in that registered it: when that ends, so do the pushes.
    """

    class Platform(models.TextChoices):
        """Whose service delivers."""

        FCM = "fcm", "Firebase Cloud Messaging"
        APNS = "apns", "Apple Push Notification service"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    session_id = models.UUIDField(null=True)
    platform = models.CharField(max_length=8, choices=Platform)
    digest = models.CharField(max_length=64, editable=False)
    sealed_token = models.TextField(editable=False)
    name = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            # devices.register: a token belongs to one person at a time.
            models.UniqueConstraint(fields=["platform", "digest"], name="notifications_device_by_token"),
        ]
        indexes = [
            # selectors.devices_of, notifying.deliver.
            models.Index(fields=["user", "created_at", "id"], name="notifications_device_list"),
            # devices.forget_session.
            models.Index(fields=["session_id"], name="notifications_device_session"),
            # retention.purge.
            models.Index(fields=["last_seen_at"], name="notifications_device_age"),
        ]

    def __str__(self) -> str:
        return self.name or str(self.pk)

    @property
    def token(self) -> str:
        """The token that the push service knows the device by. Raises Unsealable."""
        return crypto.unseal(_PURPOSE, self.sealed_token, bound_to=str(self.pk)).decode()

    def take_token(self, token: str) -> None:
        """Keep `token`, sealed to this row; one that is kept already stays as it is."""
        digest = crypto.digest(token)
        if digest == self.digest:
            return
        self.digest = digest
        self.sealed_token = crypto.seal(_PURPOSE, token.encode(), bound_to=str(self.pk))
