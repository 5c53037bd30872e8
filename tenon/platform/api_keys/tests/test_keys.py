"""Looking after keys: letters, ends, and who is left behind."""

from datetime import timedelta

import pytest

from tenon.kernel import clock
from tenon.kernel.errors import Forbidden, NotFound
from tenon.kernel.mail.rendering import render
from tenon.kernel.outbox import registry
from tenon.kernel.principal import Principal, PrincipalKind
from tenon.kernel.tenancy.scopes import organization_scope, system_scope
from tenon.platform.api_keys import handlers, selectors, services, tasks
from tenon.platform.api_keys.errors import TooManyApiKeys
from tenon.platform.api_keys.models import ApiKey, Credential
from tenon.platform.api_keys.services import keys
from tenon.platform.api_keys.tests.factories import make_key
from tenon.platform.identity import services as identity
from tenon.platform.identity.events import UserDisabled
from tenon.platform.identity.tests import outbox
from tenon.platform.organizations import services as organizations
from tenon.platform.organizations.events import MemberLeft, MemberRoleChanged
from tenon.platform.organizations.tests.factories import (
    acting_as,
    add_member,
    add_role,
    make_organization,
    make_user,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def owner():
    """Who owns `made`."""
    return make_user()


@pytest.fixture
def made(owner):
    """An organization."""
    return make_organization(owner)


def letters(template):
    """To whom letters of this kind go, by what the outbox holds."""
    found = [letter for letter in outbox.letters() if letter.template == template]
    for letter in found:
        written = render(template=template, to=letter.to, context=letter.context, locale=letter.locale)
        assert "Acme Inc." in written.subject
        assert "Acme Inc." in written.text
    return sorted(letter.to for letter in found)


def test_those_who_manage_keys_hear_of_a_new_one(made, owner):
    add_role(made.id, "keeper", "api_keys:manage")
    admin, keeper = add_member(made.id, role="admin"), add_member(made.id, grants=["keeper"])
    add_member(made.id)
    add_member(made.id, make_user(is_active=False), role="admin")
    add_member(made.id, make_user(is_verified=False), role="admin")
    make_key(made.id)
    assert letters("api_key_created") == sorted([owner.email, admin.email, keeper.email])


def test_managers_hear_of_a_key_that_ends_soon_once(made, owner):
    now = clock.now()
    soon = make_key(made.id, expires_at=now + 6 * DAY)
    make_key(made.id, expires_at=now + 8 * DAY)
    make_key(made.id)
    revoked = make_key(made.id, expires_at=now + DAY)
    services.revoke(principal=acting_as(owner, made.id), key_id=revoked.key.id, now=now)
    assert services.tell_expiring(now=now) == 1
    assert services.tell_expiring(now=now + timedelta(hours=1)) == 0
    assert outbox.event_names().count("api_keys.expiring") == 1
    assert letters("api_key_expiring") == [owner.email]
    later = {"expires_at": now + 30 * DAY}
    services.update(principal=acting_as(owner, made.id), key_id=soon.key.id, changes=later, now=now)
    assert services.tell_expiring(now=now + 25 * DAY) == 1


def test_what_ended_long_ago_is_deleted(made, owner):
    now = clock.now()
    expired = make_key(made.id, expires_at=now + DAY)
    revoked, kept = make_key(made.id), make_key(made.id)
    other = make_key(make_organization().id, expires_at=now + DAY)
    services.revoke(principal=acting_as(owner, made.id), key_id=revoked.key.id, now=now)
    assert services.purge(now=now + 89 * DAY) == 0
    assert services.purge(now=now + 92 * DAY) == 3
    with system_scope(reason="a test looks at everything"):
        assert list(ApiKey.objects.values_list("pk", flat=True)) == [kept.key.id]
    assert not Credential.objects.filter(pk__in=[each.key.id for each in (expired, revoked, other)]).exists()


def test_the_jobs_are_known_and_run(made):
    make_key(made.id, expires_at=clock.now() + DAY)
    assert {"api_keys.tell_expiring", "api_keys.purge"} <= set(registry.schedules())
    tasks.purge_keys()
    tasks.tell_expiring()
    assert "api_keys.expiring" in outbox.event_names()


def test_keys_outlive_their_maker_and_managers_hear_of_it(made, owner):
    admin = add_member(made.id, role="admin")
    key = services.create(principal=acting_as(admin, made.id), name="x", scopes=["members:list"], now=clock.now())
    left = MemberLeft(made.id, None, admin.id)
    organizations.leave(principal=acting_as(admin, made.id))
    for _ in range(2):
        handlers.somebody_left(left)
    assert services.authenticate(text=key.secret, ip="192.0.2.1", now=clock.now()).id == key.key.id
    assert letters("api_keys_left_behind") == [owner.email] * 2
    services.revoke(principal=acting_as(owner, made.id), key_id=key.key.id, now=clock.now())
    handlers.somebody_left(left)
    assert len(letters("api_keys_left_behind")) == 2


def test_managers_hear_of_who_manages_no_longer(made, owner):
    admin = add_member(made.id, role="admin")
    services.create(principal=acting_as(admin, made.id), name="x", scopes=["members:list"], now=clock.now())
    event = MemberRoleChanged(made.id, owner.id, admin.id, "member", ())
    handlers.somebodys_role_changed(event)
    assert letters("api_keys_left_behind") == []
    organizations.change_role(principal=acting_as(owner, made.id), user_id=admin.id, role="member")
    handlers.somebodys_role_changed(event)
    assert letters("api_keys_left_behind") == [owner.email]


def test_managers_hear_of_a_maker_whose_account_is_disabled(owner):
    maker = make_user()
    houses = [make_organization(owner) for _ in range(2)]
    for house in houses:
        admin = add_member(house.id, maker, role="admin")
        services.create(principal=acting_as(admin, house.id), name="x", scopes=["members:list"], now=clock.now())
    make_organization(owner)
    identity.disable_user(user_id=maker.id, now=clock.now())
    handlers.somebody_was_disabled(UserDisabled(maker.id))
    assert letters("api_keys_left_behind") == [owner.email] * 2


def test_only_people_make_keys_and_only_live_ones_count(made, owner, monkeypatch):
    monkeypatch.setattr(keys, "MOST", 1)
    asked = {"name": "x", "scopes": ["members:list"], "now": clock.now()}
    words = frozenset({"api_keys:manage", "members:list"})
    for kind in (PrincipalKind.API_KEY, PrincipalKind.SERVICE, PrincipalKind.SYSTEM):
        with pytest.raises(Forbidden):
            services.create(principal=Principal(kind, owner.id, organization_id=made.id, permissions=words), **asked)
    first = services.create(principal=acting_as(owner, made.id), **asked)
    with pytest.raises(TooManyApiKeys):
        services.create(principal=acting_as(owner, made.id), **asked)
    services.revoke(principal=acting_as(owner, made.id), key_id=first.key.id, now=clock.now())
    services.create(principal=acting_as(owner, made.id), **asked)


def test_an_id_that_is_taken_is_not_given_again(made, monkeypatch):
    taken = make_key(made.id).key.prefix.rpartition("_")[2]
    ids = iter([taken, taken, "unusedID"])
    real = keys.secrets.make
    monkeypatch.setattr(keys.secrets, "make", lambda key_id="": real(next(ids)))
    assert make_key(made.id).key.prefix.endswith("_unusedID")


def test_a_person_is_told_of_their_keys_and_forgotten(made, owner):
    key = make_key(made.id, name="Export")
    services.authenticate(text=key.secret, ip="192.0.2.1", now=clock.now())
    with system_scope(reason="what a person is told", read_only=True):
        told = selectors.held_of(owner.id)
    assert [(each["organization"], each["name"], each["prefix"]) for each in told] == [
        (made.name, "Export", key.key.prefix)
    ]
    with system_scope(reason="a person is forgotten"):
        services.forget(user_id=owner.id, now=clock.now())
    assert Credential.objects.get(pk=key.key.id).last_used_ip is None


def test_who_is_no_key_is_told_nothing(made):
    with pytest.raises(NotFound):
        selectors.own_facts(organization_id=made.id, key_id=made.id, now=clock.now())
    with organization_scope(made.id), pytest.raises(NotFound):
        selectors.key_facts(key_id=made.id, now=clock.now())
