"""What a request shows, and what it may do by that: found before any scope is open."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Case, Q, Value, When

from tenon.kernel.fields import ExactCharField
from tenon.platform.api_keys.models.keys import ApiKey


class State(models.TextChoices):
    """Whether a key works."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


class CredentialQuerySet(models.QuerySet["Credential"]):
    def live(self, now: datetime) -> "CredentialQuerySet":
        """Credentials of keys that were not revoked and whose time is not up."""
        return self.filter(is_live(now))


class Credential(models.Model):
    """Digests (SHA-256) of a key's one or two secrets, its scopes and its times. One row for a key.

    A key that is being rotated has two secrets: `digest` is of the newer, and `previous_digest` works until
    `previous_expires_at`.
    """

    key = models.OneToOneField(ApiKey, primary_key=True, on_delete=models.CASCADE, related_name="credential")
    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    public_id = ExactCharField(max_length=8)
    digest = models.CharField(max_length=64)
    previous_digest = models.CharField(max_length=64, blank=True)
    previous_expires_at = models.DateTimeField(null=True, blank=True)
    scopes = models.JSONField(default=list)
    expires_at = models.DateTimeField(null=True, blank=True)
    expiry_told_at = models.DateTimeField(null=True, blank=True)
    rotated_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    last_used_ip = models.GenericIPAddressField(null=True, blank=True)

    objects = CredentialQuerySet.as_manager()

    class Meta:
        constraints = [
            # authentication.authenticate, with each request of a key.
            models.UniqueConstraint(fields=["public_id"], name="api_keys_credential_by_id"),
        ]
        indexes = [
            # expiry.tell_expiring and expiry.purge.
            models.Index(fields=["expires_at"], name="api_keys_credential_expiry"),
            # expiry.purge.
            models.Index(fields=["revoked_at"], name="api_keys_credential_revoked"),
        ]

    def __str__(self) -> str:
        return self.public_id

    def is_live(self, now: datetime) -> bool:
        """Whether the key works."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)


def is_live(now: datetime, *, of: str = "") -> Q:
    """The condition of `Credential.is_live`; `of` leads to the credential, as in `credential__`."""
    timeless, later = Q(**{f"{of}expires_at": None}), Q(**{f"{of}expires_at__gt": now})
    return Q(**{f"{of}revoked_at": None}) & (timeless | later)


def state(now: datetime, *, of: str = "") -> Any:
    """The State of a row, as an expression."""
    revoked = When(**{f"{of}revoked_at__isnull": False}, then=Value(State.REVOKED.value))
    live = When(is_live(now, of=of), then=Value(State.ACTIVE.value))
    return Case(revoked, live, default=Value(State.EXPIRED.value), output_field=models.CharField())
