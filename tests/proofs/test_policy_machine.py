"""A machine that tries everything with everybody, against a policy table of its own: nobody does what that forbids.

The table is written here once more on purpose: what the code believes is what is on trial.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from pytest_django.plugin import DjangoDbBlocker

from tenon.kernel import permissions
from tenon.kernel.errors import NotFound, TenonError
from tenon.kernel.principal import Principal, PrincipalKind
from tenon.kernel.tenancy.scopes import organization_scope, self_scope, system_scope
from tenon.platform.identity.models import User
from tenon.platform.identity.tests.factories import NOW, make_user
from tenon.platform.organizations import selectors, services
from tenon.platform.organizations.models import Invitation, Membership, Organization, Role
from tenon.testing.databases import Clone

STEPS = 50
PEOPLE = range(5)
ADMIN = {
    "members:list",
    "members:invite",
    "members:change_role",
    "members:remove",
    "organizations:update",
    "roles:manage",
}
OWNERS = {"organizations:transfer", "organizations:close"}
OF_ORGANIZATIONS = ADMIN | OWNERS


def _with_others(role: str, own: set[str]) -> set[str]:
    """`own`, and what other apps have declared for the role: those words are theirs to prove, and count here too."""
    return own | (permissions.of_role(role) - OF_ORGANIZATIONS)


BUILT_IN = {
    "admin": _with_others("admin", ADMIN),
    "member": _with_others("member", {"members:list"}),
    "billing": _with_others("billing", {"members:list"}),
}
OWNERS = _with_others("owner", OWNERS)
OWN_NAMES = ("clerk", "chief")

person = strategies.sampled_from(PEOPLE)
which = strategies.integers(0, 2)
role_name = strategies.sampled_from([*BUILT_IN, *OWN_NAMES, "owner", "nobody"])
words = strategies.sets(strategies.sampled_from(sorted(OF_ORGANIZATIONS)), max_size=4)


@dataclass
class Member:
    """What the table knows of a member."""

    role: str
    grants: list[str] = field(default_factory=list)


@dataclass
class House:
    """What the table knows of an organization."""

    id: UUID
    name: str
    owner: int
    members: dict[int, Member]
    roles: dict[str, set[str]] = field(default_factory=dict)
    invitations: dict[UUID, tuple[int, str]] = field(default_factory=dict)
    """Those that wait: for whom, as what."""
    closed: bool = False

    def words_of(self, names: list[str]) -> set[str]:
        return set().union(*(BUILT_IN.get(name) or self.roles.get(name, set()) for name in names))

    def has(self, who: int) -> set[str]:
        """The words of a person; empty for who is no member."""
        member = self.members.get(who)
        if member is None or self.closed:
            return set()
        return self.words_of([member.role, *member.grants]) | (OWNERS if who == self.owner else set())

    def may(self, who: int, word: str) -> bool:
        return word in self.has(who)

    def covers(self, who: int, wanted: set[str]) -> bool:
        return self.has(who) >= wanted or self.has(who) >= BUILT_IN["admin"]

    def exists(self, names: list[str]) -> bool:
        return all(name in BUILT_IN or name in self.roles for name in names)

    def in_use(self, name: str) -> bool:
        worn = any(name in [member.role, *member.grants] for member in self.members.values())
        return worn or any(role == name for _, role in self.invitations.values())

    def touches(self, who: int, whom: int) -> bool:
        """Whether one may do something to the other."""
        member = self.members.get(whom)
        if member is None or whom == self.owner:
            return False
        return self.covers(who, self.words_of([member.role, *member.grants]))


class Everything(RuleBasedStateMachine):
    """People who try."""

    users: list[User]

    @initialize()
    def begin(self) -> None:
        """Two houses, with an owner, an admin, a clerk who sees to people, and a member each."""
        self.houses: list[House] = []
        for where, who in enumerate((0, 1)):
            self.create(who)
            self.create_role(who, where, "clerk", {"members:invite", "members:change_role", "members:remove"})
            for whom, role in ((2, "clerk"), (3, "member"), (4, "admin")):
                self.invite(who, where, whom, role)
                self.answer(whom, where, 0, accepts=True)

    def house(self, number: int) -> House:
        return self.houses[number % len(self.houses)]

    def number_of(self, user_id: UUID) -> int:
        return next(number for number, user in enumerate(self.users) if user.id == user_id)

    def principal(self, who: int, house: House) -> Principal:
        return selectors.acting(Principal(PrincipalKind.USER, self.users[who].id), str(house.id))

    def attempt(self, allowed: bool, act: Callable[[], Any]) -> Any:
        """Do it, and see that it was done exactly if it may be."""
        try:
            result = act()
        except TenonError as refusal:
            if allowed:
                pytest.fail(f"refused, and should not have been: {refusal!r}")
            return None
        assert allowed, "done, and should have been refused"
        return result

    def act(self, who: int, house: House, allowed: bool, service: Callable[..., Any], **arguments: Any) -> Any:
        """A service as `who`, in `house`."""
        return self.attempt(allowed, lambda: service(principal=self.principal(who, house), **arguments))

    @rule(who=person)
    def create(self, who: int) -> None:
        if len(self.houses) < 3:
            made = services.create(owner_id=self.users[who].id, name=f"House {who}", now=NOW)
            self.houses.append(House(made.id, made.name, who, {who: Member("admin")}))

    @rule(who=person, where=which, whom=person, role=role_name)
    def invite(self, who: int, where: int, whom: int, role: str) -> None:
        house = self.house(where)
        allowed = house.may(who, "members:invite") and house.exists([role]) and whom not in house.members
        allowed = allowed and house.covers(who, house.words_of([role]))
        address = self.users[whom].email
        sent = self.act(who, house, allowed, services.invite, email=address, role=role, now=NOW)
        if sent:
            house.invitations = {key: value for key, value in house.invitations.items() if value[0] != whom}
            house.invitations[sent.id] = (whom, role)

    @rule(who=person, where=which, pick=which, accepts=strategies.booleans())
    def answer(self, who: int, where: int, pick: int, accepts: bool) -> None:
        house = self.house(where)
        if not house.invitations:
            return
        key = list(house.invitations)[pick % len(house.invitations)]
        whom, role = house.invitations[key]
        service = services.accept if accepts else services.decline
        allowed = who == whom and not house.closed
        act = partial(service, user_id=self.users[who].id, invitation_id=key, now=NOW)
        self.attempt(allowed, act)
        if allowed:
            del house.invitations[key]
            if accepts:
                house.members[who] = Member(role)

    @rule(who=person, where=which, pick=which)
    def revoke(self, who: int, where: int, pick: int) -> None:
        house = self.house(where)
        if house.invitations:
            key = list(house.invitations)[pick % len(house.invitations)]
            allowed = house.may(who, "members:invite")
            self.act(who, house, allowed, services.revoke_invitation, invitation_id=key)
            if allowed:
                del house.invitations[key]

    @rule(who=person, where=which, whom=person, role=role_name)
    def change_role(self, who: int, where: int, whom: int, role: str) -> None:
        house = self.house(where)
        allowed = house.may(who, "members:change_role") and house.touches(who, whom) and house.exists([role])
        allowed = allowed and house.covers(who, house.words_of([role]))
        self.act(who, house, allowed, services.change_role, user_id=self.users[whom].id, role=role)
        if allowed:
            house.members[whom].role = role

    @rule(who=person, where=which, whom=person, grants=strategies.sets(role_name, max_size=2))
    def change_grants(self, who: int, where: int, whom: int, grants: set[str]) -> None:
        house, wanted = self.house(where), sorted(grants)
        allowed = house.may(who, "members:change_role") and house.touches(who, whom) and house.exists(wanted)
        allowed = allowed and house.covers(who, house.words_of(wanted))
        self.act(who, house, allowed, services.change_grants, user_id=self.users[whom].id, grants=wanted)
        if allowed:
            house.members[whom].grants = wanted

    @rule(who=person, where=which, whom=person)
    def remove(self, who: int, where: int, whom: int) -> None:
        house = self.house(where)
        allowed = house.may(who, "members:remove") and house.touches(who, whom)
        self.act(who, house, allowed, services.remove_member, user_id=self.users[whom].id)
        if allowed:
            del house.members[whom]

    @rule(who=person, where=which)
    def leave(self, who: int, where: int) -> None:
        house = self.house(where)
        allowed = who in house.members and who != house.owner and not house.closed
        self.act(who, house, allowed, services.leave)
        if allowed:
            del house.members[who]

    @rule(who=person, where=which, whom=person)
    def transfer(self, who: int, where: int, whom: int) -> None:
        house = self.house(where)
        allowed = house.may(who, "organizations:transfer") and whom in house.members
        self.act(who, house, allowed, services.transfer_ownership, user_id=self.users[whom].id)
        if allowed:
            house.owner, house.members[whom].role = whom, "admin"

    @rule(who=person, where=which, rarely=strategies.integers(0, 9), knows=strategies.booleans())
    def close(self, who: int, where: int, rarely: int, knows: bool) -> None:
        house = self.house(where)
        if rarely == 0:
            allowed = house.may(who, "organizations:close") and knows
            self.act(who, house, allowed, services.close, name=house.name if knows else "no", now=NOW)
            if allowed:
                house.closed, house.invitations = True, {}

    @rule(who=person, where=which, name=strategies.sampled_from([*OWN_NAMES, "admin", "owner"]), wanted=words)
    def create_role(self, who: int, where: int, name: str, wanted: set[str]) -> None:
        house = self.house(where)
        allowed = house.may(who, "roles:manage") and name in OWN_NAMES and name not in house.roles
        allowed = allowed and not wanted & OWNERS and house.covers(who, wanted)
        self.act(who, house, allowed, services.create_role, name=name, permissions=wanted)
        if allowed:
            house.roles[name] = wanted

    @rule(who=person, where=which, name=strategies.sampled_from(OWN_NAMES), wanted=words)
    def update_role(self, who: int, where: int, name: str, wanted: set[str]) -> None:
        house = self.house(where)
        allowed = house.may(who, "roles:manage") and name in house.roles and not wanted & OWNERS
        allowed = allowed and house.covers(who, wanted | house.roles[name])
        self.act(who, house, allowed, services.update_role, name=name, changes={"permissions": wanted})
        if allowed:
            house.roles[name] = wanted

    @rule(who=person, where=which, name=strategies.sampled_from(OWN_NAMES))
    def delete_role(self, who: int, where: int, name: str) -> None:
        house = self.house(where)
        allowed = house.may(who, "roles:manage") and name in house.roles and not house.in_use(name)
        allowed = allowed and house.covers(who, house.roles[name])
        self.act(who, house, allowed, services.delete_role, name=name)
        if allowed:
            del house.roles[name]

    @rule(who=person, where=which)
    def look(self, who: int, where: int) -> None:
        """Everybody sees what is theirs, has what the table gives them, and nothing else."""
        house, user = self.house(where), self.users[who]
        try:
            assert self.principal(who, house).permissions == house.has(who)
            assert who in house.members
        except NotFound:
            assert house.closed or who not in house.members
        ours = {each.id: each for each in self.houses}
        with self_scope(user.id, read_only=True):
            mine = {row["organization__id"] for row in selectors.memberships_of(user_id=user.id)}
            waiting = {row["id"] for row in selectors.my_invitations(now=NOW)}
        assert mine & set(ours) == {each.id for each in self.houses if who in each.members and not each.closed}
        expected = {key for each in self.houses for key, (whom, _) in each.invitations.items() if whom == who}
        with system_scope(reason="a proof looks at everything", read_only=True):
            earlier = set(Invitation.objects.exclude(organization__in=ours).values_list("id", flat=True))
        assert waiting - earlier == expected

    @invariant()
    def the_table_is_what_is(self) -> None:
        for house in self.houses:
            organization = Organization.objects.get(pk=house.id)
            assert (organization.owner_id, bool(organization.closed_at)) == (self.users[house.owner].id, house.closed)
            assert house.members[house.owner].role == "admin"
            with organization_scope(house.id, read_only=True):
                members = Membership.objects.values_list("user_id", "role", "grants")
                assert {self.number_of(user): Member(role, grants) for user, role, grants in members} == house.members
                roles = Role.objects.values_list("name", "permissions")
                assert {name: set(permissions) for name, permissions in roles} == house.roles
                waiting = Invitation.pending().values_list("id", "invitee_id", "role")
                known = {key: (self.number_of(user), role) for key, user, role in waiting if user}
                assert known == house.invitations


@pytest.fixture
def people(module_database: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[list[User]]:
    """Five people with verified addresses, in a database of their own."""
    with django_db_blocker.unblock(), module_database.in_use():
        yield [make_user() for _ in PEOPLE]


def test_nobody_ever_does_what_the_table_forbids(
    people: list[User], rounds: Callable[[int], int], proof_record: Callable[..., None]
) -> None:
    Everything.users = people
    runs = rounds(200)
    run_state_machine_as_test(
        Everything,
        settings=settings(
            max_examples=runs, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    proof_record(runs=runs, steps_at_most=runs * STEPS)
