"""The account of a person."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.db import models

from tenon.kernel.fields import ExactCharField
from tenon.kernel.ids import new_id
from tenon.platform.identity.engines import addresses
from tenon.platform.identity.errors import InvalidEmail


class UserManager(models.Manager["User"]):
    """Accounts, found by address however it is spelled."""

    def with_address(self, address: str) -> "models.QuerySet[User]":
        """The account of a normalized address, if there is one, as a queryset."""
        return self.filter(email_normalized=address)

    def get_by_natural_key(self, username: str | None) -> "User":
        """The account that Django's own login forms mean. Raises User.DoesNotExist."""
        try:
            return self.get(email_normalized=addresses.normalized(username or ""))
        except InvalidEmail:
            raise User.DoesNotExist from None


class User(AbstractBaseUser, PermissionsMixin):
    """A person who can sign in. What they may do in an organization is said by their membership, never here.

    `username` is a display name and not unique. `email` is the address as typed, where mail is sent to;
    `email_normalized` is what makes it unique and findable. An empty `locale` is the deployment's language.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(max_length=addresses.MAX_LENGTH)
    email_normalized = ExactCharField(max_length=addresses.MAX_LENGTH, editable=False)
    username = models.CharField(max_length=100, blank=True)
    first_name = models.CharField(max_length=150, blank=True)
    last_name = models.CharField(max_length=150, blank=True)
    avatar_url = models.URLField(max_length=500, blank=True)
    phone_number = models.CharField(max_length=32, blank=True)
    timezone = models.CharField(max_length=64, default="UTC")
    locale = models.CharField(max_length=16, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    is_verified = models.BooleanField(default=False)
    date_joined = models.DateTimeField()
    last_magic_login = models.DateTimeField(null=True, blank=True, editable=False)
    # The person has asked to be erased, and when that is due; when it was done: then this is a tombstone.
    erases_at = models.DateTimeField(null=True, blank=True, editable=False)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email_normalized"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            # UserManager.with_address, and one account for an address.
            models.UniqueConstraint(fields=["email_normalized"], name="identity_user_by_address"),
        ]
        indexes = [
            # selectors.statistics: how many joined when.
            models.Index(fields=["date_joined"], name="identity_user_joined"),
            # erasure.due.
            models.Index(
                fields=["erases_at"], condition=models.Q(erases_at__isnull=False), name="identity_user_erases"
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the account; the address is normalized here, so that no way of writing one can forget it.

        Raises InvalidEmail.
        """
        self.email_normalized = addresses.normalized(self.email)
        if "email" in (kwargs.get("update_fields") or ()):
            kwargs["update_fields"] = {*kwargs["update_fields"], "email_normalized"}
        super().save(*args, **kwargs)

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_full_name(self) -> str:
        """The full name, under the name by which Django's own parts ask for it."""
        return self.full_name

    @property
    def display_name(self) -> str:
        """What to call the person; may be empty."""
        return self.username or self.full_name
