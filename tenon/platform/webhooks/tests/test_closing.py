"""A closed organization sends nothing any more."""

from datetime import timedelta

import pytest

from tenon.platform.identity.tests import outbox
from tenon.platform.identity.tests.factories import NOW
from tenon.platform.organizations import services as organizations
from tenon.platform.organizations.tests.factories import acting_as, make_organization, make_user
from tenon.platform.webhooks import services
from tenon.platform.webhooks.services import lanes
from tenon.platform.webhooks.tests.factories import (
    attempt,
    claim,
    deliveries,
    happen,
    lane,
    make_endpoint,
    result,
    row,
    system,
)

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
def endpoint(made):
    """Its endpoint."""
    return make_endpoint(made.id)


@pytest.fixture
def close(made, owner):
    """She closes it."""

    def close():
        organizations.close(principal=acting_as(owner, made.id), name=made.name, now=NOW)

    return close


def test_nothing_is_sent_any_more(made, endpoint, close):
    other = make_endpoint(made.id)
    services.update(principal=system(made.id), endpoint_id=other.id, changes={"enabled": False}, now=NOW)
    happen(made.id, now=NOW)
    attempt(endpoint, now=NOW, outcome="timeout")
    happen(made.id, now=NOW)
    close()
    happen(made.id, kind="organizations.closed", now=NOW)
    assert {each.state for each in deliveries(made.id)} == {"skipped"}
    later = NOW + timedelta(days=1)
    assert claim(now=later) == claim(now=later, suspect=True) == []
    assert (row(endpoint, made.id).state, row(endpoint, made.id).disabled_reason) == ("disabled", "closed")
    assert row(other, made.id).disabled_reason == "requested"


def test_what_is_under_way_is_written_down_and_not_tried_again(made, endpoint, close):
    happen(made.id, now=NOW)
    [work] = claim(now=NOW)
    close()
    assert lanes.settle(work, [result(work, at=NOW, outcome="timeout")], now=NOW)
    [delivery] = deliveries(made.id)
    assert (delivery.state, delivery.attempts, lane(endpoint, made.id).due_at) == ("skipped", 1, None)


def test_others_are_let_be_and_nobody_gets_mail(made, endpoint, close):
    other = make_organization()
    make_endpoint(other.id)
    happen(other.id, now=NOW)
    close()
    assert len(claim(now=NOW)) == 1
    assert [letter for letter in outbox.letters() if letter.template == "webhook_disabled"] == []
