"""Accounts, sessions and groups of staff in the portal."""

from tenon.platform.identity.admin import groups, sessions, users

__all__ = ["groups", "sessions", "users"]
