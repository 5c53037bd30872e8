"""What is a day old is forgotten; what a person asked is handed over, and forgotten, with them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from pytest_django.fixtures import Settings

from tenon.kernel.idempotency import holding, purging, tasks
from tenon.kernel.idempotency.models import Record
from tenon.kernel.ids import new_id
from tenon.kernel.outbox import registry
from tenon.kernel.personal_data.registry import holdings

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def make_record(*, age: timedelta = timedelta(0), **fields: Any) -> Record:
    return Record.objects.create(id=new_id(), fingerprint="f" * 64, created_at=NOON - age, **fields)


def test_what_is_old_goes_and_what_is_at_work_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purging, "_BATCH", 2)
    for number in range(5):
        make_record(age=HOUR * (24 + number), answer="sealed")
    stopped = make_record(age=HOUR * 30, checkpoints="sealed", claim=new_id(), claimed_until=NOON - 29 * HOUR)
    at_work = make_record(age=HOUR * 30, claim=new_id(), claimed_until=NOON + HOUR)
    fresh = make_record(age=HOUR * 23, answer="sealed")
    assert purging.purge(before=NOON - 23 * HOUR) == 6
    assert set(Record.objects.all()) == {at_work, fresh}
    assert stopped not in Record.objects.all()
    assert purging.purge(before=NOON - 23 * HOUR) == 0


def test_the_relay_does_it_every_hour(settings: Settings) -> None:
    settings.IDEMPOTENCY_KEEP_HOURS = 24
    make_record(age=HOUR * 25)
    kept = make_record(age=HOUR * 23)
    with time_machine.travel(NOON, tick=False):
        tasks.purge_answers()
    assert list(Record.objects.all()) == [kept]
    assert registry.schedules()["idempotency.purge"].every == HOUR
    assert registry.job_named("idempotency.purge")


def test_a_person_takes_along_and_leaves_nothing() -> None:
    person = new_id()
    mine, other = make_record(principal_id=person), make_record(principal_id=new_id())
    assert holding.export(person) == [{"id": mine.operation_id, "created_at": NOON}]
    holding.erase(user_id=person, now=NOON)
    assert list(Record.objects.all()) == [other]
    assert holding.export(UUID(int=0)) == []
    assert "idempotency" in {each.name for each in holdings()}
