"""The app of accounts and sessions."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "tenon.platform.identity"
    label = "identity"
