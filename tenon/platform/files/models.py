"""The tables of files. The bytes lie in a store, under `storage_key`."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from tenon.kernel.fields import ExactCharField
from tenon.kernel.tenancy.models import OwnedModel
from tenon.platform.files.engines import names


class File(OwnedModel):
    """A file. While it is pending, name, size, content type and checksum are what its sender announced.

    Once it is ready they are what the bytes are: `checksum` is their SHA-256 in hex, `width` and `height` are a
    picture's. `expires_at` is when a pending upload is given up, or a ready file deleted. `uploaded_by` is empty where
    a program sent it.
    """

    class State(models.TextChoices):
        """How far it has come."""

        PENDING = "pending"
        READY = "ready"
        REFUSED = "refused"
        EXPIRED = "expired"

    self_scope_field: ClassVar[str] = "uploaded_by"

    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    purpose = ExactCharField(max_length=40)
    name = models.CharField(max_length=names.MAX_LENGTH)
    content_type = ExactCharField(max_length=100)
    size = models.BigIntegerField()
    checksum = ExactCharField(max_length=64, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=16, choices=State, default=State.PENDING)
    refusal = models.CharField(max_length=40, blank=True)
    storage_key = ExactCharField(max_length=200, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta(OwnedModel.Meta):
        indexes = [
            # selectors.files, in the order of sending.
            models.Index(fields=["organization", "created_at", "id"], name="files_file_list"),
            # selectors.held_of.
            models.Index(fields=["uploaded_by", "created_at"], name="files_file_of_person"),
            # services.expire: what is due, of every organization.
            models.Index(fields=["expires_at"], name="files_file_due"),
        ]

    def __str__(self) -> str:
        return self.name


class Usage(OwnedModel):
    """How many bytes an organization's files have, those that are on their way included."""

    bytes = models.BigIntegerField(default=0)

    class Meta(OwnedModel.Meta):
        constraints = [
            # services.quota, and one row for an organization.
            models.UniqueConstraint(fields=["organization"], name="files_usage_of_organization"),
        ]
