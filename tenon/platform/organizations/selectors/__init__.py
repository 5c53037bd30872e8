"""Reading organizations, members, roles and invitations. Values leave; querysets are for a list's own scope."""

from tenon.platform.organizations.selectors.explaining import Explanation, permissions_of
from tenon.platform.organizations.selectors.facts import (
    InvitationFacts,
    OrganizationFacts,
    RoleFacts,
    facts_of,
    has_slug,
    invitation_facts_of,
    organization_facts,
    role_facts_of,
)
from tenon.platform.organizations.selectors.lists import (
    addresses_of_admins,
    admins_of,
    invitations,
    members,
    members_among,
    my_invitations,
    parties_of,
    roles,
)
from tenon.platform.organizations.selectors.numbers import Census, census, held_of, statistics
from tenon.platform.organizations.selectors.standing import (
    Standing,
    acting,
    current_organization,
    memberships_of,
    own_roles,
    owned_with_others,
    placed,
    standing_of,
)
from tenon.platform.organizations.selectors.visiting import visiting

__all__ = [
    "Census",
    "Explanation",
    "InvitationFacts",
    "OrganizationFacts",
    "RoleFacts",
    "Standing",
    "acting",
    "addresses_of_admins",
    "admins_of",
    "census",
    "current_organization",
    "facts_of",
    "has_slug",
    "held_of",
    "invitation_facts_of",
    "invitations",
    "members",
    "members_among",
    "memberships_of",
    "my_invitations",
    "organization_facts",
    "own_roles",
    "owned_with_others",
    "parties_of",
    "permissions_of",
    "placed",
    "role_facts_of",
    "roles",
    "standing_of",
    "statistics",
    "visiting",
]
