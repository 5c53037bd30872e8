"""An event becomes one delivery for each endpoint that listens, once."""

import json

import pytest
from django.db import IntegrityError, transaction

from tenon.kernel import clock
from tenon.kernel.outbox import relay
from tenon.platform.identity.tests.factories import NOW
from tenon.platform.organizations import services as organizations
from tenon.platform.organizations.tests.factories import acting_as, add_member, make_organization
from tenon.platform.webhooks import services
from tenon.platform.webhooks.tests.factories import TYPE, deliveries, happen, lane, make_endpoint, system

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    """An organization."""
    return make_organization()


@pytest.mark.parametrize(
    ("types", "listens"),
    [
        (["*"], True),
        ([TYPE], True),
        (["organizations.*"], True),
        (["webhooks.*", TYPE], True),
        (["organizations.closed"], False),
        (["webhooks.*"], False),
    ],
)
def test_endpoints_get_what_they_subscribed_to(made, types, listens):
    make_endpoint(made.id, event_types=types)
    happen(made.id)
    assert len(deliveries(made.id)) == listens


def test_a_delivery_is_the_event_as_outsiders_see_it(made):
    endpoint = make_endpoint(made.id)
    event = happen(made.id, now=NOW)
    [delivery] = deliveries(made.id)
    assert (delivery.endpoint_id, delivery.event_id, delivery.event_type) == (endpoint.id, event.id, TYPE)
    assert (delivery.state, delivery.next_attempt_at, delivery.attempts) == ("pending", NOW, 0)
    assert json.loads(delivery.body) == event.body()
    assert list(json.loads(delivery.body)) == ["id", "type", "timestamp", "organization_id", "data"]
    assert lane(endpoint, made.id).due_at == NOW


def test_no_event_goes_to_another_organization(made):
    other = make_organization()
    make_endpoint(other.id)
    make_endpoint(made.id)
    happen(made.id)
    assert len(deliveries(made.id)) == 1
    assert deliveries(other.id) == []


def test_for_a_disabled_endpoint_it_is_written_down_as_skipped(made):
    endpoint = make_endpoint(made.id)
    services.update(principal=system(made.id), endpoint_id=endpoint.id, changes={"enabled": False}, now=clock.now())
    happen(made.id, now=NOW)
    [delivery] = deliveries(made.id)
    assert (delivery.state, delivery.next_attempt_at, delivery.settled_at) == ("skipped", None, NOW)
    assert lane(endpoint, made.id).due_at is None


def test_an_event_is_written_once_for_an_endpoint(made):
    make_endpoint(made.id)
    event = happen(made.id)
    with pytest.raises(IntegrityError), transaction.atomic():
        services.write(event=event, now=NOW)
    assert len(deliveries(made.id)) == 1


def test_an_earlier_turn_is_kept(made):
    endpoint = make_endpoint(made.id)
    happen(made.id, now=NOW)
    happen(made.id, now=clock.now())
    assert lane(endpoint, made.id).due_at == NOW


def test_what_happens_to_organizations_is_told(made):
    make_endpoint(made.id, event_types=["organizations.member_left"])
    person = add_member(made.id)
    organizations.remove_member(principal=acting_as(made.owner_id, made.id), user_id=person.id)
    relay.drain()
    [delivery] = deliveries(made.id)
    assert json.loads(delivery.body)["data"]["user_id"] == str(person.id)


def test_nobody_listens(made):
    assert services.write(event=happen(made.id), now=NOW) == 0
    assert deliveries(made.id) == []
