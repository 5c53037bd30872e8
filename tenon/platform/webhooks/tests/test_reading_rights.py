"""An endpoint reads events for whoever made it: it takes the right to read them."""

import pytest

from tenon.platform.identity.tests.factories import NOW
from tenon.platform.organizations.tests.factories import add_member, add_role, make_organization
from tenon.platform.organizations.tests.people import signed_in
from tenon.platform.webhooks.tests.factories import URL, deliveries, happen, make_endpoint

pytestmark = pytest.mark.django_db

ENDPOINTS = "/api/v1/webhooks/endpoints/"
READING = [{"url": "https://elsewhere.example.com/"}, {"event_types": ["*"]}, {"enabled": True}]


def member_with(organization_id, *words):
    """A member with exactly these permissions, signed in."""
    role = f"role-{'-'.join(words).replace(':', '-')}"
    add_role(organization_id, role, *words)
    return signed_in(add_member(organization_id, role=role))


@pytest.fixture
def made():
    """An organization."""
    return make_organization()


@pytest.fixture
def endpoint(made):
    """Its endpoint, made by somebody who may."""
    return make_endpoint(made.id, event_types=["organizations.closed"])


@pytest.fixture
def plumber(made):
    """Somebody who looks after endpoints and may not read what goes through them."""
    return member_with(made.id, "webhooks:manage", "webhooks:read")


def test_making_one_is_refused(plumber):
    refused = plumber.post(ENDPOINTS, {"url": URL, "event_types": ["*"]})
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert "events:read" in refused.json()["detail"]


@pytest.mark.parametrize("changes", READING)
def test_what_has_events_sent_elsewhere_is_refused(plumber, endpoint, changes):
    assert plumber.request("PATCH", f"{ENDPOINTS}{endpoint.id}/", changes).status_code == 403


@pytest.mark.parametrize("changes", [{"description": "The old one"}, {"enabled": False}])
def test_the_rest_is_not(plumber, endpoint, changes):
    assert plumber.request("PATCH", f"{ENDPOINTS}{endpoint.id}/", changes).status_code == 200


def test_who_may_read_events_may_do_it_all(made, endpoint):
    reader = member_with(made.id, "webhooks:manage", "webhooks:read", "events:read")
    assert reader.post(ENDPOINTS, {"url": URL, "event_types": ["*"]}).status_code == 201
    for changes in READING:
        assert reader.request("PATCH", f"{ENDPOINTS}{endpoint.id}/", changes).status_code == 200


def test_the_body_of_a_delivery_is_for_readers(made, endpoint, plumber):
    happen(made.id, kind="organizations.closed", now=NOW)
    [delivery] = deliveries(made.id)
    path = f"/api/v1/webhooks/deliveries/{delivery.id}/"
    assert plumber.get(path).json()["body"] == ""
    assert member_with(made.id, "webhooks:read", "events:read").get(path).json()["body"] == delivery.body
