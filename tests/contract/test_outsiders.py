"""Every route × method × caller who has no business there: refused as the audience says, and nothing has changed.

The routes come from the URLconf, so a new one is tried as soon as it exists. What its path needs must be listed in
`House.parameters`; a route that is neither an endpoint nor listed in test_routes fails there.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest
from django.urls.resolvers import _PATH_PARAMETER_COMPONENT_RE as PARAMETER

from tenon.kernel import clock
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.views import Endpoint
from tenon.platform.identity.models import User
from tenon.platform.identity.tests.factories import make_user, new_address, start_session
from tenon.platform.organizations import services
from tenon.platform.organizations.selectors import OrganizationFacts
from tenon.platform.organizations.tests.factories import acting_as, add_member, add_role, make_organization
from tenon.testing.client import Answer, Api
from tests.contract.digests import digest, nothing_changes, tables
from tests.contract.operations import METHODS
from tests.contract.test_routes import routes

SAFE = {"get"}
OPEN = {Audience.PUBLIC, Audience.STOREFRONT}
Case = tuple[str, type[Endpoint], str]


def cases() -> Iterator[Case]:
    """Every method of every endpoint, as (path, view, method)."""
    for path, callback in routes():
        view = getattr(callback, "cls", None)
        if view is not None and issubclass(view, Endpoint):
            yield from ((path, view, method) for method in METHODS if hasattr(view, method))


class House:
    """Alice's organization and all that is hers, and the people around it."""

    def __init__(self) -> None:
        self.alice = make_user(first_name="Alice-in-secret")
        self.organization: OrganizationFacts = make_organization(self.alice, name="Alice's secret company")
        self.bob = add_member(self.organization.id)
        add_role(self.organization.id, "dispatcher", "members:list")
        owner = acting_as(self.alice, self.organization.id)
        self.former = add_member(self.organization.id, role="admin")
        services.remove_member(principal=owner, user_id=self.former.id)
        self.outsider = make_user()
        make_organization(self.outsider)
        self.staff = make_user(is_staff=True)
        invitee = make_user()
        self.invitation = services.invite(principal=owner, email=invitee.email, role="admin", now=clock.now())
        services.invite(principal=owner, email=new_address(), role="member", now=clock.now())

    @cached_property
    def parameters(self) -> dict[str, object]:
        """What a path's parameter stands for: always something of Alice's. Teach this when a route needs another."""
        return {
            "organization_id": self.organization.id,
            "user_id": self.bob.id,
            "invitation_id": self.invitation.id,
            "name": "dispatcher",
            "session_id": start_session(self.alice, now=clock.now()).session_id,
            "token": self.invitation.id,
            "secret": self.invitation.id,
        }

    def path(self, pattern: str) -> str:
        """A route's path about Alice's things."""

        def value(match: Any) -> str:
            name = match["parameter"]
            assert name in self.parameters, f"{pattern}: say in House.parameters what of Alice's {name!r} stands for"
            return str(self.parameters[name])

        return PARAMETER.sub(value, pattern)

    def secrets_in(self, answer: Answer) -> list[str]:
        """What an answer tells that no outsider ever reads."""
        body = b"" if answer.streaming else answer.content
        secrets = [str(self.organization.id), self.organization.name, self.alice.email, self.alice.first_name]
        return [secret for secret in secrets if secret.encode() in body]


@dataclass(frozen=True)
class Caller:
    """Somebody who tries, and what they must get."""

    title: str
    person: User | None
    status: int


def refused(house: House, view: type[Endpoint], method: str, pattern: str) -> list[Caller]:
    """Who has no business with this route, and how they are told."""
    nobody = Caller("anonymous", None, 401)
    outsider, former, staff = house.outsider, house.former, house.staff
    strangers = [("outsider", outsider), ("former member", former), ("staff who is no member", staff)]
    match view.audience:
        case Audience.SELF:
            others = [*strangers, ("lower role", house.bob)] if "<" in pattern else []
            return [nobody, *(Caller(title, person, 404) for title, person in others)]
        case Audience.MEMBER:
            told = [nobody, *(Caller(title, person, 404) for title, person in strangers)]
            word = view.permissions.get(method.upper())
            if word and word not in acting_as(house.bob, house.organization.id).permissions:
                told.append(Caller("lower role", house.bob, 403))
            return told
        case Audience.STAFF | Audience.DEVICE:
            people = [("outsider", outsider), ("member", house.bob), ("owner", house.alice)]
            return [nobody, *(Caller(title, person, 403) for title, person in people)]
    return []


def each(*audiences: Audience, methods: Container[str] = METHODS) -> pytest.MarkDecorator:
    """One test for each method of each endpoint of these audiences."""
    found = [case for case in cases() if case[1].audience in audiences and case[2] in methods]
    parameters = [pytest.param(*case, id=f"{case[2].upper()} {case[0]}") for case in found]
    return pytest.mark.parametrize(("pattern", "view", "method"), parameters)


def browser(person: User | None) -> Api:
    """What the caller asks with, signed in if they can be."""
    return Api(token=start_session(person, now=clock.now()).access if person else "")


def ask(api: Api, method: str, path: str, house: House) -> Answer:
    headers = {"X-Organization-ID": str(house.organization.id)}
    return api.request(method.upper(), path, None if method in SAFE else {}, headers=headers)


@pytest.mark.django_db
@each(*set(Audience) - OPEN)
def test_who_has_no_business_there_is_refused(pattern: str, view: type[Endpoint], method: str):
    house = House()
    path = house.path(pattern)
    for caller in refused(house, view, method, pattern):
        api = browser(caller.person)
        with nothing_changes():
            answer = ask(api, method, path, house)
        assert answer.status_code == caller.status, f"{caller.title}: {answer.content!r}"


@pytest.mark.django_db
@each(*OPEN)
def test_open_routes_tell_nothing_of_anybody(pattern: str, view: type[Endpoint], method: str):
    house, api = House(), browser(None)
    path = house.path(pattern)
    with nothing_changes():
        answer = ask(api, method, path, house)
    assert answer.status_code < 500
    assert house.secrets_in(answer) == []


@pytest.mark.django_db
@each(Audience.SELF, methods=SAFE)
def test_ones_own_routes_tell_nothing_of_others(pattern: str, view: type[Endpoint], method: str):
    house = House()
    path, api = house.path(pattern), browser(house.outsider)
    with nothing_changes():
        answer = ask(api, method, path, house)
    assert house.secrets_in(answer) == []


def test_the_matrix_is_whole():
    audiences = {view.audience for _, view, _ in cases()}
    assert {Audience.PUBLIC, Audience.SELF, Audience.MEMBER} <= audiences
    assert len(list(cases())) > 40


@pytest.mark.django_db
def test_the_matrix_can_fail():
    """A change by anybody, to a row of anybody, is a change."""
    house = House()
    before = digest()
    assert digest() == before
    services.change_role(principal=acting_as(house.alice, house.organization.id), user_id=house.bob.id, role="billing")
    assert digest() != before
    assert {"organizations.Membership", "identity.User", "outbox.Entry"} <= {model._meta.label for model in tables()}
    with pytest.raises(AssertionError, match=r"House\.parameters"):
        house.path("/things/<uuid:thing_id>/")
    assert house.path("/a/<uuid:user_id>/<slug:name>/") == f"/a/{house.bob.id}/dispatcher/"
