"""What staff tell everybody, or an organization."""

from django.conf import settings
from django.db import models

from tenon.kernel.ids import new_id
from tenon.platform.notifications.engines import targets
from tenon.platform.notifications.models.notifications import MESSAGE_LENGTH


class Announcement(models.Model):
    """A message of staff, to an organization or to everybody, and how far it has come: `told` of about `people`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    message = models.CharField(max_length=MESSAGE_LENGTH)
    target_url = models.CharField(max_length=targets.LENGTH, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()
    people = models.PositiveIntegerField()
    told = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.message[:60]
