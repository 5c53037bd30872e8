"""What a person was told, in the order in which it came about."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tenon.kernel.fields import ExactCharField
from tenon.kernel.ids import new_id
from tenon.platform.notifications.engines import targets

TYPE_LENGTH = 100
MESSAGE_LENGTH = 1000


class Mailbox(models.Model):
    """How many notifications a person has ever had: writers take turns on this row.

    So positions of one person are given out in the order of their commits, and whoever has read up to one has missed
    none before it.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+")
    last_position = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.user)


class Notification(models.Model):
    """One thing that one person was told. `position` counts within that person's.

    `organization` is whose matter it is; a person's own has none. `message` is in the person's language. `unread` says
    the same as `read_at`, as a value that an index of every engine can order by.

    `about` is whom the message names, an id alone. `nameless` is the message without that name, which takes its place
    when the person is erased.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    position = models.BigIntegerField()
    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    type = ExactCharField(max_length=TYPE_LENGTH)
    message = models.CharField(max_length=MESSAGE_LENGTH)
    about = models.UUIDField(null=True, blank=True)
    nameless = models.CharField(max_length=MESSAGE_LENGTH, blank=True, default="", db_default="")
    target_url = models.CharField(max_length=targets.LENGTH, blank=True)
    created_at = models.DateTimeField()
    unread = models.BooleanField(default=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            # selectors.page, in order and from a position on; socket.since.
            models.UniqueConstraint(fields=["recipient", "position"], name="notifications_by_position"),
            models.CheckConstraint(
                condition=Q(unread=True, read_at__isnull=True) | Q(unread=False, read_at__isnull=False),
                name="notifications_read_when",
            ),
        ]
        indexes = [
            # selectors.page with filter[unread], selectors.unread_count, reading.mark_all.
            models.Index(fields=["recipient", "unread", "position"], name="notifications_unread"),
            # retention.forget_membership, and the portal's list by organization.
            models.Index(fields=["organization", "recipient"], name="notifications_of"),
            # retention.forget_person: where somebody is named. (MariaDB leaves conditions out.)
            models.Index(fields=["about"], condition=Q(about__isnull=False), name="notifications_about"),
            # retention.purge.
            models.Index(fields=["created_at"], name="notifications_age"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.pk}"
