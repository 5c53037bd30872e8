"""Webhooks in the portal: what staff see of them, and what they do by services."""

import pytest

from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity.tests import outbox
from tenon.platform.identity.tests.factories import NOW
from tenon.platform.organizations.tests.factories import make_organization, make_user
from tenon.platform.webhooks.models import Endpoint
from tenon.platform.webhooks.tests.factories import attempt, deliveries, happen, make_endpoint, row
from tenon.testing.portal import Browser, messages, page

pytestmark = pytest.mark.django_db

ENDPOINTS = page("webhooks_endpoint")
DELIVERIES = page("webhooks_delivery")


@pytest.fixture
def root():
    """A superuser, who is a member nowhere."""
    return make_user(is_staff=True, is_superuser=True)


@pytest.fixture
def browser(root) -> Browser:
    """Their browser."""
    return Browser(root)


@pytest.fixture
def made():
    """An organization."""
    return make_organization(name="Acme Inc.")


@pytest.fixture
def endpoint(made):
    """Its endpoint."""
    return make_endpoint(made.id, event_types=["organizations.*", "webhooks.test"])


def stored(endpoint, made) -> Endpoint:
    return row(endpoint, made.id)


def test_an_endpoint_is_shown_without_its_secret(browser, made, endpoint):
    body = browser.get(page("webhooks_endpoint", "change", endpoint.id)).content.decode()
    assert "organizations.*, webhooks.test" in body
    assert stored(endpoint, made).secret not in body
    assert endpoint.url in browser.get(ENDPOINTS, q="acme").content.decode()


def test_disabled_and_enabled(browser, made, endpoint, root):
    answer = browser.act(ENDPOINTS, "disable", stored(endpoint, made))
    assert messages(answer) == ["Disabled (1)"]
    assert stored(endpoint, made).disabled_reason == "requested"
    assert outbox.events()[-1][1]["actor_id"] == str(root.pk)
    browser.act(ENDPOINTS, "enable", stored(endpoint, made))
    assert stored(endpoint, made).is_enabled


def test_a_test_is_sent(browser, made, endpoint):
    assert messages(browser.act(ENDPOINTS, "send_test", stored(endpoint, made))) == ["Test sent (1)"]
    assert [each.event_type for each in deliveries(made.id)] == ["webhooks.test"]
    browser.act(ENDPOINTS, "disable", stored(endpoint, made))
    refused = browser.act(ENDPOINTS, "send_test", stored(endpoint, made))
    assert messages(refused) == [f"{endpoint.url}: This endpoint is disabled. Enable it first."]


def test_a_delivery_with_its_attempts(browser, made, endpoint):
    happen(made.id, now=NOW)
    [delivery] = deliveries(made.id)
    path = page("webhooks_delivery", "change", delivery.pk)
    assert "None yet." in browser.get(path).content.decode()
    attempt(endpoint, now=NOW, outcome="refused", answer="<script>oh no</script>")
    body = browser.get(path).content.decode()
    assert "refused 500 &lt;script&gt;oh no&lt;/script&gt; (12 ms)" in body
    assert "organizations.member_joined" in body
    assert delivery.event_type in browser.get(DELIVERIES, state__exact="pending").content.decode()


def test_a_delivery_is_sent_again(browser, made, endpoint):
    happen(made.id, now=NOW)
    attempt(endpoint, now=NOW, outcome="timeout", error="Nobody answered.")
    attempt(endpoint, now=deliveries(made.id)[0].next_attempt_at)
    [delivery] = deliveries(made.id)
    assert messages(browser.act(DELIVERIES, "redeliver", delivery)) == ["On its way again (1)"]
    assert deliveries(made.id)[0].state == "pending"
    body = browser.get(page("webhooks_delivery", "change", delivery.pk)).content.decode()
    assert "timeout Nobody answered." in body
    with organization_scope(made.id):
        assert Endpoint.objects.count() == 1
