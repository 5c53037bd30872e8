"""Every route × method × caller who has no business there: refused as the audience says, and nothing has changed.

The routes come from the URLconf, so a new one is tried as soon as it exists. What its path needs must be listed in
`House.named`; a route that is neither an endpoint nor listed in test_routes fails there.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass, replace

import pytest

from tenon.kernel.http.audience import Audience, audience_of
from tenon.kernel.http.views import Endpoint
from tenon.platform.identity.models import User
from tenon.platform.organizations import services
from tenon.platform.organizations.tests.factories import acting_as, make_organization
from tenon.testing.client import Answer, Api
from tests.contract.digests import digest, nothing_changes, tables
from tests.contract.house import House, browser
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


@dataclass(frozen=True)
class Caller:
    """Somebody who tries, and what they must get."""

    title: str
    person: User | str | None
    """Somebody who signs in, or the secret of a key."""
    status: int


def refused(house: House, view: type[Endpoint], method: str, pattern: str) -> list[Caller]:
    """Who has no business with this route, and how they are told."""
    nobody = Caller("anonymous", None, 401)
    outsider, former, staff = house.outsider, house.former, house.staff
    strangers = [("outsider", outsider), ("former member", former), ("staff who is no member", staff)]
    # Where no key is believed, one is nobody's.
    known = 403 if any(hasattr(each, "program_schemes") for each in view().get_authenticators()) else 401
    foreign_key = Caller("another organization's key", house.foreign_key, known)
    weak_key = Caller("own key without the scope", house.weak_key, known)
    match audience_of(view, method):
        case Audience.SELF:
            others = [*strangers, ("lower role", house.bob)] if "<" in pattern else []
            return [nobody, foreign_key, weak_key, *(Caller(title, person, 404) for title, person in others)]
        case Audience.MEMBER:
            told = [nobody, *(Caller(title, person, 404) for title, person in strangers)]
            told.append(replace(foreign_key, status=404))
            if method.upper() not in view.for_programs:
                told.append(weak_key)
            word = view.permissions.get(method.upper())
            if word and word not in acting_as(house.bob, house.organization.id).permissions:
                told.append(Caller("lower role", house.bob, 403))
            return told
        case Audience.STAFF | Audience.DEVICE:
            people = [("outsider", outsider), ("member", house.bob), ("owner", house.alice)]
            return [nobody, foreign_key, weak_key, *(Caller(title, person, 403) for title, person in people)]
    return []


def each(*audiences: Audience, methods: Container[str] = METHODS) -> pytest.MarkDecorator:
    """One test for each method of each endpoint of these audiences."""
    found = [case for case in cases() if audience_of(case[1], case[2]) in audiences and case[2] in methods]
    parameters = [pytest.param(*case, id=f"{case[2].upper()} {case[0]}") for case in found]
    return pytest.mark.parametrize(("pattern", "view", "method"), parameters)


def ask(api: Api, method: str, path: str, house: House) -> Answer:
    headers = {"X-Organization-ID": str(house.organization.id)}
    return api.request(method.upper(), path, None if method in SAFE else {}, headers=headers)


@pytest.mark.django_db
@each(*set(Audience) - OPEN)
def test_who_has_no_business_there_is_refused(house: House, pattern: str, view: type[Endpoint], method: str):
    path = house.path(pattern)
    callers = [(caller, browser(caller.person)) for caller in refused(house, view, method, pattern)]
    before = digest()
    for caller, api in callers:
        answer = ask(api, method, path, house)
        assert answer.status_code == caller.status, f"{caller.title}: {answer.content!r}"
        assert digest() == before, f"{caller.title}: a row was changed"


@pytest.mark.django_db
@each(*OPEN)
def test_open_routes_tell_nothing_of_anybody(house: House, pattern: str, view: type[Endpoint], method: str):
    path, api = house.path(pattern), browser(None)
    with nothing_changes():
        answer = ask(api, method, path, house)
    assert answer.status_code < 500
    assert house.secrets_in(answer) == []


@pytest.mark.django_db
@each(*OPEN)
def test_open_routes_tell_no_foreign_key_of_anybody(house: House, pattern: str, view: type[Endpoint], method: str):
    path = house.path(pattern)
    with nothing_changes():
        answer = ask(browser(house.foreign_key), method, path, house)
    assert answer.status_code < 500
    assert house.secrets_in(answer) == []


@pytest.mark.django_db
@each(Audience.STOREFRONT)
def test_a_shop_knows_nothing_of_another(house: House, pattern: str, view: type[Endpoint], method: str):
    """The things of Alice's shop, asked for in the shop of somebody else."""
    elsewhere = make_organization(house.outsider)
    path = house.path(pattern)
    with nothing_changes():
        answer = browser(None).request(
            method.upper(), path, None if method in SAFE else {}, headers={"X-Organization-ID": str(elsewhere.id)}
        )
    if "<" in pattern:
        assert answer.status_code in {400, 401, 404}, answer.content
    assert answer.status_code < 500
    assert house.secrets_in(answer) == []


@pytest.mark.django_db
@each(Audience.SELF, methods=SAFE)
def test_ones_own_routes_tell_nothing_of_others(house: House, pattern: str, view: type[Endpoint], method: str):
    path, api = house.path(pattern), browser(house.outsider)
    with nothing_changes():
        answer = ask(api, method, path, house)
    assert house.secrets_in(answer) == []


def test_the_matrix_is_whole():
    audiences = {view.audience for _, view, _ in cases()}
    assert {Audience.PUBLIC, Audience.SELF, Audience.MEMBER} <= audiences
    assert len(list(cases())) > 40


@pytest.mark.django_db
def test_the_matrix_can_fail(house: House):
    """A change by anybody, to a row of anybody, is a change."""
    before = digest()
    assert digest() == before
    services.change_role(principal=acting_as(house.alice, house.organization.id), user_id=house.bob.id, role="billing")
    assert digest() != before
    assert {"organizations.Membership", "identity.User", "outbox.Entry"} <= {model._meta.label for model in tables()}
    with pytest.raises(AssertionError, match=r"House\.named"):
        house.path("/things/<uuid:thing_id>/")
    assert house.path("/a/<uuid:user_id>/<slug:name>/") == f"/a/{house.bob.id}/dispatcher/"
