"""Claims on lanes, what an attempt's end makes of a delivery, and when nothing is sent any more."""

from datetime import timedelta

import pytest

from tenon.kernel.ids import new_id
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity.tests import outbox
from tenon.platform.identity.tests.factories import NOW
from tenon.platform.organizations.tests.factories import add_member, make_organization
from tenon.platform.webhooks import services
from tenon.platform.webhooks.engines import patience
from tenon.platform.webhooks.engines.slots import Room
from tenon.platform.webhooks.models import Endpoint
from tenon.platform.webhooks.services import lanes
from tenon.platform.webhooks.tests.factories import (
    attempt,
    attempts,
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
def made():
    """An organization."""
    return make_organization()


@pytest.fixture
def endpoint(made):
    """Its endpoint."""
    return make_endpoint(made.id)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


class TestClaims:
    def test_a_lane_is_claimed_once(self, made, endpoint):
        event = happen(made.id, now=NOW)
        [work] = claim(now=NOW)
        assert (work.endpoint_id, work.organization_id, work.url) == (endpoint.id, made.id, endpoint.url)
        assert [message.event_id for message in work.messages] == [event.id]
        assert len(work.keys) == 1
        assert claim(now=NOW, token=new_id()) == []

    def test_after_the_lease_another_takes_it(self, made, endpoint):
        happen(made.id, now=NOW)
        [first] = claim(now=NOW)
        [second] = claim(now=NOW + lanes.LEASE, token=new_id())
        assert second.messages == first.messages
        assert not lanes.settle(first, [result(first, at=NOW)], now=NOW)
        assert attempts(made.id) == []
        assert lanes.settle(second, [result(second, at=NOW)], now=NOW)
        assert [each.state for each in deliveries(made.id)] == ["delivered"]

    def test_a_dispatcher_gives_back_what_it_holds(self, made, endpoint):
        happen(made.id, now=NOW)
        [work] = claim(now=NOW)
        assert lanes.release(token=new_id()) == 0
        assert lanes.release(token=work.token) == 1
        assert len(claim(now=NOW)) == 1

    def test_nothing_is_due(self, made, endpoint):
        assert claim(now=NOW) == []
        happen(made.id, now=NOW + seconds(1))
        assert claim(now=NOW) == []

    def test_no_more_than_there_is_room_for(self, made):
        for _ in range(4):
            make_endpoint(made.id)
        happen(made.id, now=NOW)
        assert claim(now=NOW, room=Room(0, frozenset(), 9, {})) == []
        assert claim(now=NOW, room=Room(5, frozenset({made.id}), 9, {})) == []
        assert len(claim(now=NOW, room=Room(2, frozenset(), 1, {}))) == 1
        assert len(claim(now=NOW, room=Room(2, frozenset(), 9, {}))) == 2
        assert len(claim(now=NOW)) == 1

    def test_an_organization_that_is_late_is_served_with_the_suspect_ones(self, made, endpoint):
        happen(made.id, now=NOW)
        happen(made.id, now=NOW)
        late = frozenset({made.id})
        assert claim(now=NOW, room=Room(5, late, 9, {}, late)) == []
        [work] = claim(now=NOW, suspect=True, room=Room(5, frozenset(), 9, {}, late))
        assert (len(work.messages), work.suspect) == (2, False)

    def test_the_longest_due_first(self, made):
        late, early = make_endpoint(made.id), make_endpoint(made.id, event_types=["organizations.closed"])
        happen(made.id, kind="organizations.closed", now=NOW)
        attempt_at = NOW + seconds(5)
        works = {work.endpoint_id: work for work in claim(now=NOW)}
        lanes.settle(works[late.id], [result(works[late.id], at=NOW)], now=NOW)
        lanes.settle(works[early.id], [], now=NOW)
        happen(made.id, now=attempt_at)
        assert [work.endpoint_id for work in claim(now=attempt_at)] == [early.id, late.id]

    def test_messages_come_in_order_and_not_all_at_once(self, made, endpoint, monkeypatch):
        monkeypatch.setattr(lanes, "BATCH", 2)
        events = [happen(made.id, now=NOW + seconds(number)) for number in range(3)]
        later = NOW + seconds(10)
        [work] = claim(now=later)
        assert [message.event_id for message in work.messages] == [event.id for event in events[:2]]
        lanes.settle(work, [result(work, at=later, message=number) for number in range(2)], now=later)
        [work] = claim(now=later)
        assert [message.event_id for message in work.messages] == [events[2].id]

    def test_a_secret_that_cannot_be_read_stops_no_other(self, made, endpoint):
        with organization_scope(made.id):
            Endpoint.objects.filter(pk=endpoint.id).update(secret="damaged")
        make_endpoint(made.id)
        happen(made.id, now=NOW)
        assert sorted(len(work.keys) for work in claim(now=NOW)) == [0, 1]


class TestOutcomes:
    def test_a_success(self, made, endpoint):
        happen(made.id, now=NOW)
        attempt(endpoint, now=NOW, answer="thank you")
        [delivery] = deliveries(made.id)
        assert (delivery.state, delivery.settled_at, delivery.next_attempt_at) == ("delivered", NOW, None)
        assert (delivery.attempts, delivery.last_outcome, delivery.last_status) == (1, "delivered", 204)
        [logged] = attempts(made.id)
        assert (logged.number, logged.status, logged.answer, logged.milliseconds) == (1, 204, "thank you", 12)
        assert lane(endpoint, made.id).due_at is None

    @pytest.mark.parametrize("outcome", ["refused", "timeout", "redirected", "no_connection"])
    def test_a_failure_is_tried_again_until_the_last(self, made, endpoint, outcome):
        happen(made.id, now=NOW)
        now, waits = NOW, []
        while True:
            attempt(endpoint, now=now, outcome=outcome)
            [delivery] = deliveries(made.id)
            if delivery.next_attempt_at is None:
                break
            assert lane(endpoint, made.id).due_at == delivery.next_attempt_at
            waits.append(delivery.next_attempt_at - now)
            assert claim(now=delivery.next_attempt_at - seconds(0.5)) == []
            now = delivery.next_attempt_at
        assert len(waits) == 9
        for wait, meant in zip(waits, patience.WAITS, strict=True):
            assert meant * 0.8 <= wait <= meant * 1.2
        assert (delivery.state, delivery.attempts, delivery.last_outcome) == ("failed", 10, outcome)
        assert [each.number for each in attempts(made.id)] == list(range(1, 11))
        assert row(endpoint, made.id).state == "enabled"

    def test_the_body_and_the_id_stay_the_same(self, made, endpoint):
        happen(made.id, now=NOW)
        [first] = claim(now=NOW)
        lanes.settle(first, [result(first, at=NOW, outcome="timeout")], now=NOW)
        [again] = claim(now=NOW + seconds(10), suspect=True)
        assert again.messages[0].body == first.messages[0].body
        assert again.messages[0].event_id == first.messages[0].event_id
        assert again.messages[0].number == 2

    def test_a_receiver_that_asks_for_a_rest_gets_it(self, made, endpoint):
        happen(made.id, now=NOW)
        attempt(endpoint, now=NOW, outcome="refused", status=429, rest=seconds(600))
        assert deliveries(made.id)[0].next_attempt_at == NOW + seconds(600)
        assert lane(endpoint, made.id).rests_until == NOW + seconds(600)
        happen(made.id, now=NOW)
        assert claim(now=NOW + seconds(599), suspect=True) == []
        assert len(claim(now=NOW + seconds(600), suspect=True)) == 1

    def test_after_misses_a_lane_rests_and_is_probed_with_one_message(self, made, endpoint):
        for _ in range(3):
            happen(made.id, now=NOW)
        [work] = claim(now=NOW)
        lanes.settle(work, [result(work, at=NOW, outcome="timeout")], now=NOW)
        assert claim(now=NOW) == claim(now=NOW, suspect=True) == []
        later = NOW + seconds(4)
        assert claim(now=later) == []
        [work] = claim(now=later, suspect=True)
        assert work.suspect
        assert len(work.messages) == 1
        lanes.settle(work, [result(work, at=later)], now=later)
        [work] = claim(now=later + seconds(5))
        assert len(work.messages) == 2

    def test_a_receiver_that_answers_need_not_rest_for_some_failures(self, made, endpoint):
        happen(made.id, now=NOW)
        happen(made.id, now=NOW)
        attempt(endpoint, now=NOW, outcome="refused")
        assert lane(endpoint, made.id).rests_until is None
        assert len(claim(now=NOW, suspect=True)) == 1

    def test_the_delivery_is_gone_meanwhile(self, made, endpoint):
        happen(made.id, now=NOW)
        [work] = claim(now=NOW)
        services.delete(principal=system(made.id), endpoint_id=endpoint.id)
        assert not lanes.settle(work, [result(work, at=NOW)], now=NOW)
        assert (deliveries(made.id), attempts(made.id)) == ([], [])

    def test_one_delivery_is_purged_meanwhile(self, made, endpoint):
        happen(made.id, now=NOW)
        [work] = claim(now=NOW)
        with organization_scope(made.id):
            deliveries(made.id)[0].delete()
        assert lanes.settle(work, [result(work, at=NOW)], now=NOW)
        assert attempts(made.id) == []

    def test_disabled_meanwhile(self, made, endpoint):
        for _ in range(2):
            happen(made.id, now=NOW)
        [work] = claim(now=NOW)
        services.update(principal=system(made.id), endpoint_id=endpoint.id, changes={"enabled": False}, now=NOW)
        ended = [result(work, at=NOW), result(work, at=NOW, message=1, outcome="timeout")]
        assert lanes.settle(work, ended, now=NOW)
        assert [each.state for each in deliveries(made.id)] == ["delivered", "skipped"]
        assert [each.attempts for each in deliveries(made.id)] == [1, 1]
        assert lane(endpoint, made.id).due_at is None


class TestDisabling:
    def test_410_disables(self, made, endpoint):
        admin = add_member(made.id, role="admin")
        add_member(made.id)
        for _ in range(2):
            happen(made.id, now=NOW)
        attempt(endpoint, now=NOW, outcome="refused", status=410)
        stored = row(endpoint, made.id)
        assert (stored.state, stored.disabled_reason, stored.disabled_at) == ("disabled", "gone", NOW)
        assert [each.state for each in deliveries(made.id)] == ["failed", "skipped"]
        assert outbox.events()[-1][0] == "webhooks.endpoint_disabled"
        assert outbox.events()[-1][1]["reason"] == "gone"
        letters = [letter for letter in outbox.letters() if letter.template == "webhook_disabled"]
        assert admin.email in {letter.to for letter in letters}
        assert len(letters) == 2
        assert letters[0].context["url"] == endpoint.url
        assert claim(now=NOW + seconds(100)) == claim(now=NOW + seconds(100), suspect=True) == []

    def test_five_days_of_failure_disable(self, made, endpoint):
        now, end = NOW, NOW + patience.FAILING_FOR
        while row(endpoint, made.id).state == "enabled":
            happen(made.id, now=now)
            attempt(endpoint, now=now, outcome="timeout")
            assert now <= end
            now += timedelta(hours=12)
        stored = row(endpoint, made.id)
        assert (stored.disabled_reason, stored.failing_since) == ("failing", NOW)
        assert stored.disabled_at == end
        assert {each.state for each in deliveries(made.id)} == {"skipped"}

    def test_a_success_in_between_begins_anew(self, made, endpoint):
        happen(made.id, now=NOW)
        attempt(endpoint, now=NOW, outcome="timeout")
        assert row(endpoint, made.id).failing_since == NOW
        later = NOW + timedelta(days=4)
        attempt(endpoint, now=later)
        assert row(endpoint, made.id).failing_since is None
        happen(made.id, now=NOW + timedelta(days=6))
        attempt(endpoint, now=NOW + timedelta(days=6), outcome="timeout")
        assert row(endpoint, made.id).state == "enabled"

    def test_an_older_success_among_many_counts(self, made, endpoint):
        happen(made.id, now=NOW)
        attempt(endpoint, now=NOW, outcome="refused")
        later = NOW + timedelta(days=6)
        happen(made.id, now=later)
        attempt(endpoint, now=later)
        [work] = claim(now=later)
        lanes.settle(work, [result(work, at=later)], now=later)
        for _ in range(2):
            happen(made.id, now=later)
        [work] = claim(now=later)
        lanes.settle(work, [result(work, at=later), result(work, at=later, message=1, outcome="refused")], now=later)
        assert row(endpoint, made.id).failing_since == later

    def test_enabled_again_it_gets_what_happens_from_then_on(self, made, endpoint):
        happen(made.id, now=NOW)
        attempt(endpoint, now=NOW, outcome="refused", status=410)
        services.update(principal=system(made.id), endpoint_id=endpoint.id, changes={"enabled": True}, now=NOW)
        stored = row(endpoint, made.id)
        assert (stored.state, stored.disabled_reason, stored.disabled_at) == ("enabled", "", None)
        assert outbox.event_names()[-1] == "webhooks.endpoint_enabled"
        happen(made.id, now=NOW)
        [work] = claim(now=NOW)
        assert len(work.messages) == 1
