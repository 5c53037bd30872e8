"""Codes that are mailed to whoever wants to sign in, or up, without a password."""

from datetime import datetime

from django.db import models

from tenon.kernel.ids import new_id

MOST_ATTEMPTS = 5


class MagicCodeQuerySet(models.QuerySet["MagicCode"]):
    def unused(self, now: datetime) -> "MagicCodeQuerySet":
        """Codes whose link can still be used."""
        return self.filter(used_at__isnull=True, expires_at__gt=now)

    def guessable(self, now: datetime) -> "MagicCodeQuerySet":
        """Codes that may still be compared with what somebody typed."""
        return self.unused(now).filter(attempts__lt=MOST_ATTEMPTS)


class MagicCode(models.Model):
    """One challenge: whoever brings back its code, or the secret of its link, holds the address. Its id is no secret.

    Most addresses here belong to no account, so none can be read: `address_hmac` finds the rows of one, and `email` is
    sealed. It is where the message goes, as typed, or as it was registered where the address has an account.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    address_hmac = models.CharField(max_length=64)
    email = models.TextField()
    code_hmac = models.CharField(max_length=64)
    link_digest = models.CharField(max_length=64)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = MagicCodeQuerySet.as_manager()

    class Meta:
        constraints = [
            # magic_sign_in, by the link.
            models.UniqueConstraint(fields=["link_digest"], name="identity_magic_by_link"),
        ]
        indexes = [
            # magic_sign_in, by the address.
            models.Index(fields=["address_hmac", "created_at"], name="identity_magic_by_address"),
            # magic_sign_in, by the code alone.
            models.Index(fields=["code_hmac"], name="identity_magic_by_code"),
            # purging.purge.
            models.Index(fields=["expires_at"], name="identity_magic_purge"),
        ]
