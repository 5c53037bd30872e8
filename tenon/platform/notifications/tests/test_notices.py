"""What admins are told of keys and webhooks of their organization."""

from datetime import timedelta

import pytest
from django.db import transaction

from tenon.kernel import clock
from tenon.kernel.outbox import relay
from tenon.kernel.outbox.publishing import publish
from tenon.platform.api_keys import services as api_keys
from tenon.platform.api_keys.events import ApiKeyExpiring
from tenon.platform.api_keys.tests.factories import make_key
from tenon.platform.identity.tests.factories import make_user
from tenon.platform.notifications import handlers
from tenon.platform.notifications.models import Notification
from tenon.platform.organizations import selectors as organizations
from tenon.platform.organizations import services as organization_services
from tenon.platform.organizations.tests.factories import acting_as, add_member, make_organization
from tenon.platform.webhooks import services as webhooks
from tenon.platform.webhooks.events import EndpointDisabled
from tenon.platform.webhooks.tests.factories import attempt, happen, make_endpoint, row, system

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def owner():
    return make_user()


@pytest.fixture
def acme(owner):
    return make_organization(owner, name="Acme")


def told(person) -> list[tuple[str, str]]:
    rows = Notification.objects.filter(recipient=person).order_by("position")
    return [
        each for each in rows.values_list("type", "message") if each[0] in ("api_keys.expiring", "webhooks.disabled")
    ]


def test_admins_are_the_owner_and_whoever_has_the_role_by_whatever_way(owner, acme):
    admin, granted = add_member(acme.id, role="admin"), add_member(acme.id, role="billing", grants=["admin"])
    add_member(acme.id)
    add_member(acme.id, role="billing", grants=["member"])
    add_member(acme.id, make_user(is_active=False), role="admin")
    add_member(make_organization().id, role="admin")
    assert set(organizations.admins_of(organization_id=acme.id)) == {owner.id, admin.id, granted.id}
    organization_services.transfer_ownership(principal=acting_as(owner, acme.id), user_id=granted.id)
    assert granted.id in organizations.admins_of(organization_id=acme.id)
    organization_services.close(principal=acting_as(granted, acme.id), name="Acme", now=clock.now())
    assert organizations.admins_of(organization_id=acme.id) == []


def test_admins_are_told_of_a_key_that_ends_within_a_week(owner, acme):
    now = clock.now()
    admin, member, stranger = add_member(acme.id, role="admin"), add_member(acme.id), make_user()
    key = make_key(acme.id, name="Till 4", expires_at=now + 6 * DAY).key
    assert api_keys.tell_expiring(now=now) == 1
    relay.drain()
    until = f"{now + 6 * DAY:%Y-%m-%d %H:%M} UTC"
    expected = [("api_keys.expiring", f"The API key “Till 4” ({key.prefix}) of Acme stops working on {until}.")]
    assert told(owner) == told(admin) == expected
    assert told(member) == told(stranger) == []


def test_of_a_key_that_was_revoked_or_is_gone_nobody_is_told(owner, acme):
    now = clock.now()
    key = make_key(acme.id, expires_at=now + DAY).key
    gone = make_key(acme.id, expires_at=now + DAY).key
    api_keys.revoke(principal=acting_as(owner, acme.id), key_id=key.id, now=now)
    api_keys.revoke(principal=acting_as(owner, acme.id), key_id=gone.id, now=now)
    with transaction.atomic():
        for organization_id, key_id in ((acme.id, key.id), (make_organization().id, gone.id)):
            event = ApiKeyExpiring(organization_id, None, key_id, now + DAY)
            publish(event, aggregate=f"api_key:{key_id}", organization_id=organization_id)
    relay.drain()
    assert told(owner) == []


@pytest.mark.parametrize(
    ("outcome", "why"),
    [({"outcome": "refused", "status": 410}, "it answered 410 Gone"), ({"outcome": "timeout"}, "5 days")],
)
def test_admins_are_told_of_an_endpoint_that_was_disabled(owner, acme, outcome, why):
    now = clock.now()
    admin, member = add_member(acme.id, role="admin"), add_member(acme.id)
    relay.drain()
    endpoint = make_endpoint(acme.id, url="https://hooks.example.com/a-secret-path", event_types=["organizations.*"])
    for days in (0, 6):
        happen(acme.id, now=now + days * DAY)
        if row(endpoint, acme.id).state == "enabled":
            attempt(endpoint, now=now + days * DAY, **outcome)
    relay.drain()
    [(kind, message)] = told(owner)
    assert kind == "webhooks.disabled"
    assert message.startswith("Acme sends no webhooks to hooks.example.com any more: ")
    assert why in message
    assert "a-secret-path" not in message
    assert told(admin) == told(owner)
    assert told(member) == []


def test_who_disables_an_endpoint_on_purpose_is_told_nothing(owner, acme):
    endpoint = make_endpoint(acme.id)
    webhooks.update(principal=system(acme.id), endpoint_id=endpoint.id, changes={"state": "disabled"}, now=clock.now())
    relay.drain()
    assert told(owner) == []


def test_an_event_of_before_hosts_were_told_says_as_much_as_it_can(owner, acme):
    event = EndpointDisabled(acme.id, None, make_endpoint(acme.id).id, "gone")
    with transaction.atomic():
        handlers.tell_of_disabled_endpoint(event)
    relay.drain()
    assert told(owner) == [
        ("webhooks.disabled", "Acme sends no webhooks to one of its endpoints any more: it answered 410 Gone.")
    ]
