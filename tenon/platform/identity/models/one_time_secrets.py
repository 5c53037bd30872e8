"""Secrets that are mailed to a person and work once."""

from datetime import datetime

from django.db import models

from tenon.kernel import crypto
from tenon.kernel.ids import new_id
from tenon.platform.identity.models.users import User


class OneTimeSecretQuerySet(models.QuerySet["OneTimeSecret"]):
    def matching(self, purpose: str, secret: str) -> "OneTimeSecretQuerySet":
        """The row of `secret`, if it was made for `purpose`."""
        # All that we make are ASCII; a lone surrogate would have no digest.
        return self.filter(purpose=purpose, digest=crypto.digest(secret)) if secret.isascii() else self.none()

    def unused(self, now: datetime) -> "OneTimeSecretQuerySet":
        """Secrets that can still be used."""
        return self.filter(used_at__isnull=True, expires_at__gt=now)


class OneTimeSecret(models.Model):
    """A secret of at least 122 random bits, of which only the SHA-256 is kept."""

    class Purpose(models.TextChoices):
        """What a secret can be used for; it is worth nothing for another purpose."""

        VERIFY_EMAIL = "verify_email"
        PASSWORD_RESET = "password_reset"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    purpose = models.CharField(max_length=32, choices=Purpose)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="one_time_secrets", db_index=False)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = OneTimeSecretQuerySet.as_manager()

    class Meta:
        constraints = [
            # OneTimeSecretQuerySet.matching.
            models.UniqueConstraint(fields=["purpose", "digest"], name="identity_secret_by_digest"),
        ]
        indexes = [
            # one_time_secrets.use_up.
            models.Index(fields=["user", "purpose"], name="identity_secret_of_user"),
            # purging.purge.
            models.Index(fields=["expires_at"], name="identity_secret_purge"),
        ]
