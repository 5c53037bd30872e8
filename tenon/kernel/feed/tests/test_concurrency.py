"""Several relays place while many publish: each event has one place, and no place is given twice or left out."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from tenon.kernel import clock
from tenon.kernel.feed import expiry, placing, reading
from tenon.kernel.feed.models import FeedEvent, FeedHead
from tenon.kernel.outbox.models import Entry
from tenon.kernel.outbox.publishing import publish
from tenon.kernel.outbox.tests.test_concurrency import together
from tenon.kernel.tenancy.scopes import organization_scope, system_scope
from tenon.platform.organizations.events import OrganizationUpdated
from tenon.platform.organizations.tests.factories import make_organization
from tenon.testing.databases.clone import Clone

EACH, PUBLISHERS, RELAYS = 20, 3, 3


@pytest.fixture(autouse=True)
def _committed(cloned_database: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), cloned_database.in_use():
        yield


@pytest.fixture
def organizations() -> list[UUID]:
    ids = [make_organization().id for _ in range(2)]
    Entry.objects.update(unplaced_in=None)
    return ids


def publish_all(number: int, organizations: list[UUID]) -> None:
    for count in range(EACH):
        for organization_id in organizations:
            with transaction.atomic():
                publish(OrganizationUpdated(organization_id, None, (f"{number}.{count}",)))


def place_all(expected: int) -> None:
    while Entry.objects.filter(name="organizations.updated", unplaced_in__isnull=True).count() < expected:
        placing.place(now=clock.now())


def test_relays_beside_one_another_leave_no_gap(organizations: list[UUID], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "BATCH", 7)
    total = EACH * PUBLISHERS * len(organizations)

    def work(thread: int) -> None:
        if thread < PUBLISHERS:
            publish_all(thread, organizations)
        else:
            place_all(total)

    together(work, threads=PUBLISHERS + RELAYS)
    for organization_id in organizations:
        with organization_scope(organization_id, read_only=True):
            rows = list(FeedEvent.objects.order_by("position").values_list("position", "data"))
            head = FeedHead.objects.get()
        assert [position for position, _ in rows] == list(range(1, EACH * PUBLISHERS + 1))
        assert head.last == len(rows)
        for publisher in range(PUBLISHERS):
            told = [data["fields"][0] for _, data in rows if data["fields"][0].startswith(f"{publisher}.")]
            assert told == [f"{publisher}.{count}" for count in range(EACH)]


def test_a_feed_that_another_relay_is_at_is_passed_over(organizations: list[UUID]) -> None:
    publish_all(0, organizations)
    assert placing.place(now=clock.now()) == 2 * EACH
    publish_all(1, organizations)
    if not connection.features.has_select_for_update_skip_locked:
        assert placing.place(now=clock.now()) == 2 * EACH
        return
    with system_scope(reason="test"):
        FeedHead.objects.select_for_update().get(organization_id=organizations[0])
        assert together(lambda _: placing.place(now=clock.now()), threads=1) == [EACH]
    assert placing.place(now=clock.now()) == EACH


def test_feeds_expire_while_they_grow(organizations: list[UUID], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expiry, "_BATCH", 3)
    publish_all(0, organizations)
    placing.place(now=clock.now() - timedelta(days=2))
    publish_all(1, organizations)

    def work(thread: int) -> int:
        if thread:
            return placing.place(now=clock.now())
        return expiry.expire(placed_before=clock.now() - timedelta(days=1))

    together(work, threads=2)
    while placing.place(now=clock.now()):
        pass
    for organization_id in organizations:
        with organization_scope(organization_id, read_only=True):
            left = reading.read(after=EACH, limit=100)
        assert [event.data["fields"][0] for event in left.events] == [f"1.{count}" for count in range(EACH)]
