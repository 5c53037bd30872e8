"""People and where they belong."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import models


class User(AbstractBaseUser):
    id = models.UUIDField(primary_key=True)
    email = models.EmailField()
    email_normalized = models.CharField(max_length=254, unique=True)
    username = models.CharField(max_length=100)
    first_name = models.CharField(max_length=150)
    last_name = models.CharField(max_length=150)
    avatar_url = models.URLField(max_length=500)
    phone_number = models.CharField(max_length=32)
    timezone = models.CharField(max_length=64)
    locale = models.CharField(max_length=16)
    is_active = models.BooleanField()
    is_staff = models.BooleanField()
    is_verified = models.BooleanField()
    date_joined = models.DateTimeField()

    USERNAME_FIELD = "email_normalized"

    class Meta:
        managed = False
        db_table = "identity_user"


class Organization(models.Model):
    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=200)
    slug = models.CharField(max_length=100)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "organizations_organization"


class Membership(models.Model):
    id = models.UUIDField(primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=50)
    grants = models.JSONField(default=list)
    created_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "organizations_membership"
        ordering = ["created_at", "id"]


class Notification(models.Model):
    id = models.UUIDField(primary_key=True)
    recipient = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications")
    position = models.BigIntegerField()
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, null=True, related_name="+")
    type = models.CharField(max_length=100)
    message = models.CharField(max_length=1000)
    target_url = models.CharField(max_length=2000)
    created_at = models.DateTimeField()
    unread = models.BooleanField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "notifications_notification"
        ordering = ["-position"]
