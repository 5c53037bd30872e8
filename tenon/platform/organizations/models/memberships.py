"""Who belongs to an organization, as what, and the roles that an organization made for itself."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from tenon.kernel.fields import ExactCharField
from tenon.kernel.tenancy.models import OwnedModel

ROLE_LENGTH = 50


class Membership(OwnedModel):
    """A person in an organization. `role` and each of `grants` name a role, built in or the organization's own.

    `selected_at` says when the person last chose to act in this organization: the latest one is their current one.
    """

    self_scope_field: ClassVar[str] = "user"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    role = ExactCharField(max_length=ROLE_LENGTH)
    grants = models.JSONField(default=list, blank=True)
    selected_at = models.DateTimeField(null=True, blank=True)

    class Meta(OwnedModel.Meta):
        constraints = [
            # members.find, and one membership for a person.
            models.UniqueConstraint(fields=["organization", "user"], name="organizations_member_by_user"),
        ]
        indexes = [
            # selectors.memberships_of, which also finds the current organization.
            models.Index(fields=["user", "selected_at"], name="organizations_member_of_user"),
            # selectors.members, in the order of joining.
            models.Index(fields=["organization", "created_at", "id"], name="organizations_member_list"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organization}"


class Role(OwnedModel):
    """A role that an organization made for itself: a name for a set of permission words."""

    name = ExactCharField(max_length=ROLE_LENGTH)
    description = models.CharField(max_length=200, blank=True)
    permissions = models.JSONField(default=list)

    class Meta(OwnedModel.Meta):
        constraints = [
            # selectors.words_of_roles, and one role for a name.
            models.UniqueConstraint(fields=["organization", "name"], name="organizations_role_by_name"),
        ]
