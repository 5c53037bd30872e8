"""Invitations into an organization."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models

from tenon.kernel.fields import ExactCharField
from tenon.kernel.tenancy.models import OwnedModel
from tenon.platform.organizations.models.memberships import ROLE_LENGTH


class Invitation(OwnedModel):
    """An email address that may join as `role`. Of the secret in the emailed link only the SHA-256 is kept.

    `invitee` is the account that has shown to hold the address; it is set as soon as there is one, and is what makes
    the invitation visible to its person.
    """

    class State(models.TextChoices):
        """What became of an invitation."""

        PENDING = "pending"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        EXPIRED = "expired"
        REVOKED = "revoked"

    self_scope_field: ClassVar[str] = "invitee"

    email = models.EmailField(max_length=254)
    email_normalized = ExactCharField(max_length=254, editable=False)
    role = ExactCharField(max_length=ROLE_LENGTH)
    digest = models.CharField(max_length=64, editable=False)
    state = models.CharField(max_length=16, choices=State, default=State.PENDING)
    expires_at = models.DateTimeField()
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    invitee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta(OwnedModel.Meta):
        constraints = [
            # invitations.accept_by_token.
            models.UniqueConstraint(fields=["organization", "digest"], name="organizations_invitation_by_digest"),
        ]
        indexes = [
            # selectors.invitations, in the order of sending.
            models.Index(fields=["organization", "created_at", "id"], name="organizations_invitation_list"),
            # selectors.my_invitations.
            models.Index(fields=["invitee", "created_at"], name="organizations_invitation_mine"),
            # invitations.claim.
            models.Index(fields=["email_normalized", "state"], name="organizations_invitation_to"),
            # invitations.expire.
            models.Index(fields=["state", "expires_at"], name="organizations_invitation_due"),
        ]

    def __str__(self) -> str:
        return self.email

    @classmethod
    def pending(cls) -> models.QuerySet["Invitation"]:
        """Invitations that nobody has answered, revoked or replaced; their time may be up."""
        return cls.objects.filter(state=cls.State.PENDING)

    def is_open(self, now: datetime) -> bool:
        """Whether it can still be answered."""
        return self.state == self.State.PENDING and self.expires_at > now
