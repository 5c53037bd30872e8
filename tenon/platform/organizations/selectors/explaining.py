"""Why a person may do something in an organization, or may not."""

from dataclasses import dataclass
from uuid import UUID

from tenon.kernel import permissions
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.organizations import policies
from tenon.platform.organizations.selectors.standing import own_roles, standing_of


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether a person has a permission, through which of their roles, and which roles would give it."""

    permission: str
    label: str
    allowed: bool
    because_of: list[str]
    given_by: list[str]


def permissions_of(*, organization_id: UUID, user_id: UUID) -> list[Explanation]:
    """For every permission there is, whether the member has it and why. Raises NotFound for who is no member."""
    with organization_scope(organization_id, read_only=True):
        standing = standing_of(user_id)
        own = own_roles()
    given = {name: policies.words_of([name], own) for name in standing.names}
    return [
        Explanation(
            permission=each.word,
            label=str(each.label),
            allowed=bool(because_of := [name for name, words in given.items() if each.word in words]),
            because_of=because_of,
            given_by=sorted(each.roles | {name for name, words in own.items() if each.word in words}),
        )
        for each in permissions.declared()
    ]
