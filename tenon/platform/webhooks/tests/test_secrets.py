"""Secrets after SECRET_KEY has changed: readable under a fallback, else a failure that says what to do."""

import pytest

from tenon.delivery.doctor import people
from tenon.kernel import clock
from tenon.platform.identity.tests.factories import NOW
from tenon.platform.organizations.tests.factories import make_organization, make_user
from tenon.platform.organizations.tests.people import signed_in
from tenon.platform.webhooks.services import count_unreadable, sending
from tenon.platform.webhooks.tests.factories import claim, happen, make_endpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    """Alice."""
    return make_user()


@pytest.fixture
def made(owner):
    """Her organization."""
    return make_organization(owner)


@pytest.fixture
def endpoint(made, settings):
    """Its endpoint, of which the secret was sealed under a former key."""
    endpoint = make_endpoint(made.id)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "quite another key", [settings.SECRET_KEY]
    return endpoint


def test_a_fallback_still_signs(made, endpoint):
    happen(made.id, now=NOW)
    [work] = claim(now=NOW)
    assert len(work.keys) == 1
    assert count_unreadable() == 0
    assert [each.level for each in people.sealed()] == ["note"]


def test_without_it_a_delivery_fails_and_says_why(made, endpoint, settings):
    settings.SECRET_KEY_FALLBACKS = []
    happen(made.id, now=NOW)
    [work] = claim(now=NOW)
    [result] = sending.send_all(work, stopping=lambda: False)
    assert (result.outcome, "Rotate" in result.error) == ("unsigned", True)


def test_without_it_the_secret_is_a_conflict_until_it_is_rotated(owner, endpoint, settings):
    settings.SECRET_KEY_FALLBACKS = []
    api, path = signed_in(owner), f"/api/v1/webhooks/endpoints/{endpoint.id}/"
    refused = api.get(f"{path}secret/")
    assert (refused.status_code, refused.json()["code"]) == (409, "webhook_secret_unreadable")
    [finding] = people.sealed()
    assert (finding.level, "1 webhook" in finding.said) == ("broken", True)
    rotated = api.post(f"{path}secret-rotation/", {})
    assert api.get(f"{path}secret/").json()["secret"] == rotated.json()["secret"]
    assert list(people.sealed()) == []


def test_a_former_secret_that_cannot_be_read_does_not_silence_the_present_one(owner, made, endpoint, settings):
    api, path = signed_in(owner), f"/api/v1/webhooks/endpoints/{endpoint.id}/"
    api.post(f"{path}secret-rotation/", {"overlap_hours": 24})
    settings.SECRET_KEY_FALLBACKS = []
    happen(made.id)
    [work] = claim(now=clock.now())
    assert len(work.keys) == 1
