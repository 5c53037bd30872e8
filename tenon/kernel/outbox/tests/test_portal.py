"""The outbox in the portal: found by name, state and organization, tried again, and never with its payload."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from tenon.kernel import clock
from tenon.kernel.ids import new_id
from tenon.kernel.outbox import admin, registry
from tenon.kernel.outbox.errors import PermanentFailure
from tenon.kernel.outbox.models import Entry
from tenon.kernel.outbox.tests.samples import again, enqueue, failing, publish, run
from tenon.platform.identity.tests.factories import make_user
from tenon.testing.portal import Browser, allow, messages, page

pytestmark = pytest.mark.django_db
LIST = page("outbox_entry")
STATES = ("due", "running", "later", "delivered", "dead")


@pytest.fixture
def browser() -> Browser:
    return Browser(make_user(is_staff=True, is_superuser=True))


@pytest.fixture
def rows() -> dict[str, Entry]:
    """One row in each state."""
    registry.job("samples.job")(failing(PermanentFailure("no such thing"), times=1))
    Entry.objects.all().delete()
    dead = enqueue("samples.job", {})
    with capture_logs():
        run()
    [delivered] = publish(424242)
    run()
    later = enqueue("samples.job", not_before=clock.now() + timedelta(days=1))
    [running] = publish(1)
    Entry.objects.filter(pk=running.pk).update(claim=new_id(), claimed_until=clock.now() + timedelta(minutes=1))
    [due] = publish(2)
    found = {"due": due, "running": running, "later": later, "delivered": delivered, "dead": dead}
    return {state: again(entry) for state, entry in found.items()}


def shown(answer: Any) -> list[Entry]:
    return list(answer.context["cl"].result_list)


def test_rows_are_found_by_their_state(browser: Browser, rows: dict[str, Entry]) -> None:
    assert len(shown(browser.get(LIST))) == len(STATES)
    for state, entry in rows.items():
        assert [row.pk for row in shown(browser.get(LIST, state=state))] == [entry.pk], state
        assert admin.state_of(entry, clock.now()) == state
    assert len(shown(browser.get(LIST, state="other"))) == len(STATES)


def test_rows_are_found_by_name_id_and_organization(browser: Browser, rows: dict[str, Entry]) -> None:
    organization_id = uuid4()
    Entry.objects.filter(pk=rows["due"].pk).update(organization_id=organization_id)
    assert {row.name for row in shown(browser.get(LIST, q="samples.job"))} == {"samples.job"}
    for term in (rows["due"].id, organization_id):
        assert [row.pk for row in shown(browser.get(LIST, q=str(term)))] == [rows["due"].pk]


def test_no_page_shows_a_payload(browser: Browser, rows: dict[str, Entry]) -> None:
    one = browser.get(page("outbox_entry", "change", rows["delivered"].pk))
    assert one.status_code == 200
    for answer in (one, browser.get(LIST)):
        assert "424242" not in answer.content.decode()


def test_what_is_dead_is_tried_again(browser: Browser, rows: dict[str, Entry]) -> None:
    answer = browser.act(LIST, "retry", rows["dead"], rows["delivered"])
    told = " ".join(messages(answer))
    assert "Made due again (1)" in told
    assert "This is not dead." in told
    assert again(rows["dead"]).dead_at is None
    assert run() == 2
    assert again(rows["dead"]).delivered_at is not None


def test_looking_is_not_acting(rows: dict[str, Entry]) -> None:
    person = make_user(is_staff=True)
    allow(person, "view_entry")
    browser = Browser(person)
    found = {row.pk for row in shown(browser.get(LIST))}
    assert {row.pk for row in rows.values()} <= found
    browser.act(LIST, "retry", rows["dead"])
    assert again(rows["dead"]).dead_at is not None
