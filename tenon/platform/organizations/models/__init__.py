"""The tables of organizations. Only the organization itself has no policy: it is found before a scope can be open."""

from tenon.platform.organizations.models.invitations import Invitation
from tenon.platform.organizations.models.memberships import Membership, Role
from tenon.platform.organizations.models.organizations import Organization

__all__ = ["Invitation", "Membership", "Organization", "Role"]
