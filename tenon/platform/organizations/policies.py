"""Who may do what in an organization.

A person's permissions are those of their role, of each further grant and, for the owner, of `owner`. The words below
say which built-in roles have them; an organization can put them into roles of its own, but for the last two, which are
the owner's alone. Programs are given none of those that decide who belongs to the organization and as what. Nobody
gives, takes or touches what they do not have themselves; only admins stand above that.
"""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy as _

from tenon.kernel import permissions
from tenon.kernel.errors import Forbidden
from tenon.kernel.principal import Principal, PrincipalKind
from tenon.platform.organizations.errors import BeyondOwnRights

OWNER, ADMIN, MEMBER, BILLING = "owner", "admin", "member", "billing"
BUILT_IN = (ADMIN, MEMBER, BILLING)

LIST_MEMBERS = permissions.register("members:list", label=_("See the members"), roles=BUILT_IN)
UPDATE = permissions.register("organizations:update", label=_("Change the organization"), roles=[ADMIN])
INVITE = permissions.register(
    "members:invite", label=_("Invite people, see and revoke invitations"), roles=[ADMIN], people_only=True
)
CHANGE_ROLE = permissions.register(
    "members:change_role", label=_("Change roles and grants"), roles=[ADMIN], people_only=True
)
REMOVE = permissions.register("members:remove", label=_("Remove members"), roles=[ADMIN], people_only=True)
MANAGE_ROLES = permissions.register(
    "roles:manage", label=_("Make, change and delete roles"), roles=[ADMIN], people_only=True
)
TRANSFER = permissions.register(
    "organizations:transfer", label=_("Make another member the owner"), roles=[OWNER], people_only=True
)
CLOSE = permissions.register("organizations:close", label=_("Close the organization"), roles=[OWNER], people_only=True)

Roles = Mapping[str, frozenset[str]]
"""The words of an organization's own roles, by name."""


def require(allowed: bool) -> None:
    """Raises Forbidden unless `allowed`."""
    if not allowed:
        raise Forbidden


def may(principal: Principal, word: str) -> bool:
    """Whether `principal` has the permission; the system has them all."""
    return principal.kind is PrincipalKind.SYSTEM or word in principal.permissions


def names_of(role: str, grants: Iterable[str], *, is_owner: bool) -> list[str]:
    """The names of all roles that a member has, the owner's own included."""
    return [*([OWNER] if is_owner else []), role, *grants]


def words_of(names: Iterable[str], own: Roles) -> frozenset[str]:
    """The permissions that come with the roles of these names."""
    return frozenset().union(*(permissions.of_role(name) or own.get(name, frozenset()) for name in names))


def known_roles(own: Iterable[str]) -> frozenset[str]:
    """The roles that a member can be given: built in, named by an app's permissions, or the organization's own."""
    return frozenset({*BUILT_IN, *permissions.roles(), *own}) - {OWNER}


def are_built_in(names: Iterable[str]) -> bool:
    """Whether an app's policies say all about the roles of these names."""
    return all(permissions.of_role(name) for name in names)


def can_be_put_into_roles(word: str) -> bool:
    """Whether an organization may put `word` into a role of its own: it is declared, and not the owner's alone."""
    return any(each.word == word and each.roles != {OWNER} for each in permissions.declared())


def require_covers(principal: Principal, names: Iterable[str], own: Roles) -> None:
    """Raises BeyondOwnRights when a role among `names` has more than `principal`, who wants to give or take it.

    Admins give every role, also those whose permissions they have no use for themselves, such as a driver's.
    """
    require_covers_words(principal, words_of(names, own))


def require_covers_words(principal: Principal, words: Iterable[str]) -> None:
    """Raises BeyondOwnRights when `principal`, who puts `words` into a role or takes them out, lacks one of them."""
    if not _stands_above(principal) and not principal.permissions.issuperset(words):
        raise BeyondOwnRights


def _stands_above(principal: Principal) -> bool:
    return principal.kind is PrincipalKind.SYSTEM or permissions.of_role(ADMIN) <= principal.permissions
