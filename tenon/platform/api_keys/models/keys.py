"""What an organization knows of a key."""

from django.conf import settings
from django.db import models

from tenon.kernel.tenancy.models import OwnedModel

NAME_LENGTH = 100


class ApiKey(OwnedModel):
    """A program that acts for the organization. What it proves itself with, and may do, is in its credential."""

    name = models.CharField(max_length=NAME_LENGTH)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta(OwnedModel.Meta):
        indexes = [
            # selectors.keys, in the order of making.
            models.Index(fields=["organization", "created_at", "id"], name="api_keys_key_list"),
            # selectors.live_keys_made_by.
            models.Index(fields=["organization", "created_by"], name="api_keys_key_made_by"),
        ]

    def __str__(self) -> str:
        return self.name
