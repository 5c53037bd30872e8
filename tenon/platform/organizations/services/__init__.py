"""What can be done with organizations, members, roles and invitations."""

from tenon.platform.organizations.services.invitations import (
    accept,
    accept_by_token,
    claim,
    decline,
    expire,
    invite,
    revoke_invitation,
)
from tenon.platform.organizations.services.members import change_grants, change_role, leave, remove_member, switch
from tenon.platform.organizations.services.organizations import (
    close,
    create,
    create_default,
    create_personal,
    rename_personal,
    transfer_ownership,
    update,
)
from tenon.platform.organizations.services.roles import create_role, delete_role, update_role

__all__ = [
    "accept",
    "accept_by_token",
    "change_grants",
    "change_role",
    "claim",
    "close",
    "create",
    "create_default",
    "create_personal",
    "create_role",
    "decline",
    "delete_role",
    "expire",
    "invite",
    "leave",
    "remove_member",
    "rename_personal",
    "revoke_invitation",
    "switch",
    "transfer_ownership",
    "update",
    "update_role",
]
