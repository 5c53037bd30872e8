"""Events get places in the feed of their organization: once, in order, and nothing but what was committed."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from tenon.kernel import clock
from tenon.kernel.feed import expiry, placing, reading, tasks
from tenon.kernel.feed.errors import EventsExpired
from tenon.kernel.feed.models import FeedEvent, FeedHead
from tenon.kernel.outbox import relay, upkeep
from tenon.kernel.outbox.models import Entry
from tenon.kernel.outbox.publishing import publish
from tenon.kernel.tenancy.scopes import organization_scope, system_scope
from tenon.platform.organizations.events import MemberLeft, OrganizationUpdated
from tenon.platform.organizations.tests.factories import make_organization

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def organization_id() -> UUID:
    organization: UUID = make_organization().id
    Entry.objects.update(unplaced_in=None)
    return organization


def happen(organization_id: UUID, *fields: str) -> list[UUID]:
    """Updates of the organization, told by the names of fields."""
    with transaction.atomic():
        return [publish(OrganizationUpdated(organization_id, None, (field,))) for field in fields]


def told(organization_id: UUID, after: int | None = None, limit: int = 100) -> list[str]:
    with organization_scope(organization_id, read_only=True):
        events = reading.read(after=after, limit=limit).events
    return [event.data["fields"][0] for event in events]


def place() -> int:
    return placing.place(now=clock.now())


def test_events_get_the_next_places(organization_id: UUID) -> None:
    first = happen(organization_id, "a", "b")
    assert place() == 2
    second = happen(organization_id, "c")
    assert place() == 1
    assert place() == 0
    with system_scope(reason="test"):
        rows = FeedEvent.objects.filter(organization_id=organization_id).order_by("position")
        assert [(row.id, row.position, row.type) for row in rows] == [
            (event_id, position, "organizations.updated")
            for position, event_id in enumerate([*first, *second], start=1)
        ]
        assert rows[0].occurred_at == Entry.objects.get(id=first[0]).created_at
        assert rows[0].data == Entry.objects.get(id=first[0]).payload
    assert told(organization_id) == ["a", "b", "c"]


def test_each_organization_has_its_own_order() -> None:
    one, other = make_organization().id, make_organization().id
    Entry.objects.update(unplaced_in=None)
    happen(one, "a")
    happen(other, "b")
    happen(one, "c")
    assert place() == 3
    assert told(one) == ["a", "c"]
    assert told(other) == ["b"]


def test_a_busy_organization_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "BATCH", 3)
    organizations = [make_organization().id for _ in range(4)]
    Entry.objects.update(unplaced_in=None)
    for organization_id in organizations:
        happen(organization_id, *"abcde")
    placed = 0
    for _round in range(2):
        placed += place()
        assert {len(told(each)) >= min(placed // 4, 2) for each in organizations} == {True}
    while place():
        pass
    assert [told(each) for each in organizations] == [list("abcde")] * 4


def test_only_public_events_of_an_organization_have_places(organization_id: UUID) -> None:
    with transaction.atomic():
        publish(MemberLeft(organization_id, None, uuid4()))
    assert Entry.objects.filter(unplaced_in=organization_id).count() == 1
    assert not Entry.objects.filter(name__startswith="identity.", unplaced_in__isnull=False).exists()


def test_an_organization_that_is_not_there_holds_up_nobody(organization_id: UUID) -> None:
    happen(uuid4(), "x")
    happen(organization_id, "a")
    assert place() == 1
    assert place() == 0
    assert told(organization_id) == ["a"]


def test_a_stop_ends_it_between_batches(organization_id: UUID) -> None:
    happen(organization_id, "a")
    assert placing.place(now=clock.now(), stopping=lambda: True) == 0


def test_the_relay_places_what_it_has_delivered(organization_id: UUID) -> None:
    happen(organization_id, "a")
    relay.drain()
    assert told(organization_id) == ["a"]


def test_what_has_no_place_yet_is_not_purged(organization_id: UUID) -> None:
    happen(organization_id, "a")
    Entry.objects.update(delivered_at=clock.now() - 8 * DAY, available_at=None)
    upkeep.purge(delivered_before=clock.now(), dead_before=clock.now())
    assert place() == 1
    assert upkeep.purge(delivered_before=clock.now()) >= 1
    assert told(organization_id) == ["a"]


def test_reading_on_sees_each_event_once(organization_id: UUID) -> None:
    happen(organization_id, *"abcde")
    place()
    with organization_scope(organization_id, read_only=True):
        first = reading.read(after=None, limit=2)
        second = reading.read(after=first.position, limit=2)
        third = reading.read(after=second.position, limit=2)
        rest = reading.read(after=third.position, limit=2)
    assert (first.has_more, second.has_more, third.has_more, rest.has_more) == (True, True, False, False)
    assert [first.position, second.position, third.position, rest.position] == [2, 4, 5, 5]
    assert rest.events == []
    happen(organization_id, "f")
    place()
    assert told(organization_id, after=rest.position) == ["f"]


def test_a_filter_looks_past_what_it_leaves_out(organization_id: UUID) -> None:
    happen(organization_id, "a", "b")
    with transaction.atomic():
        publish(MemberLeft(organization_id, None, uuid4()))
    happen(organization_id, "c")
    place()
    with organization_scope(organization_id, read_only=True):
        left = reading.read(after=None, limit=5, types={"organizations.member_left"})
        none = reading.read(after=None, limit=5, types={"organizations.closed"})
    assert [event.type for event in left.events] == ["organizations.member_left"]
    assert (left.position, none.position) == (4, 4)


def test_an_empty_feed_can_be_read_on_from() -> None:
    organization_id = make_organization().id
    Entry.objects.update(unplaced_in=None)
    with organization_scope(organization_id, read_only=True):
        nothing = reading.read(after=None, limit=5)
        assert (nothing.events, nothing.position, reading.end()) == ([], 0, 0)
        assert reading.read(after=0, limit=5).events == []
    happen(organization_id, "a")
    place()
    assert told(organization_id, after=0) == ["a"]


def test_a_position_that_the_feed_has_never_reached_is_refused(organization_id: UUID) -> None:
    happen(organization_id, "a")
    place()
    assert told(organization_id, after=1) == []
    with pytest.raises(EventsExpired):
        told(organization_id, after=2)


@pytest.fixture
def expired(organization_id: UUID, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """A feed of eight, of which the first five have expired."""
    monkeypatch.setattr(expiry, "_BATCH", 2)
    happen(organization_id, *"abcde")
    placing.place(now=clock.now() - 31 * DAY)
    happen(organization_id, *"fgh")
    place()
    tasks.expire()
    return organization_id


def test_old_events_expire_from_the_beginning(expired: UUID) -> None:
    assert told(expired) == ["f", "g", "h"]
    with organization_scope(expired, read_only=True):
        head = FeedHead.objects.get()
    assert (head.expired, head.last) == (5, 8)
    assert expiry.expire(placed_before=clock.now() - 30 * DAY) == 0


def test_whoever_comes_too_late_is_told(expired: UUID) -> None:
    for position in (0, 4):
        with pytest.raises(EventsExpired):
            told(expired, after=position)
    assert told(expired, after=5) == ["f", "g", "h"]


def test_a_feed_that_has_wholly_expired_goes_on(expired: UUID) -> None:
    assert expiry.expire(placed_before=clock.now() + DAY) == 3
    with pytest.raises(EventsExpired):
        told(expired, after=7)
    assert told(expired, after=8) == []
    happen(expired, "i")
    place()
    assert told(expired, after=8) == ["i"]
    assert told(expired) == ["i"]


def test_what_expires_while_somebody_reads_is_noticed(expired: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look at the head and the look at the events."""
    first = FeedHead.objects.first

    def then_expire() -> FeedHead | None:
        head = first()
        expiry.expire(placed_before=clock.now() + DAY)
        return head

    monkeypatch.setattr(FeedHead.objects, "first", then_expire)
    with pytest.raises(EventsExpired), system_scope(reason="test"):
        reading.read(after=6, limit=5)
