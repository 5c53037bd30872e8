"""What a person wants otherwise than a type says."""

from django.conf import settings
from django.db import models

from tenon.kernel.fields import ExactCharField
from tenon.platform.notifications.models.notifications import TYPE_LENGTH


class Preference(models.Model):
    """Whether a type of notification comes to a person over one channel. Without a row, the type's default holds."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    type = ExactCharField(max_length=TYPE_LENGTH)
    channel = models.CharField(max_length=16)
    enabled = models.BooleanField()

    class Meta:
        constraints = [
            # selectors.preferences_of, notifying.deliver, and one word for each.
            models.UniqueConstraint(fields=["user", "type", "channel"], name="notifications_preference_once"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.channel}"
