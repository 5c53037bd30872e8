"""Organizations, memberships and invitations in the portal."""

from tenon.platform.organizations.admin import invitations, memberships, organizations

__all__ = ["invitations", "memberships", "organizations"]
