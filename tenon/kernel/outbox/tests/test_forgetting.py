"""Dead letters of somebody who is erased go with them; those of others stay, and what is still on its way."""

from uuid import uuid4

import pytest

from tenon.kernel import clock
from tenon.kernel.outbox import forgetting, registry
from tenon.kernel.outbox.errors import PermanentFailure
from tenon.kernel.outbox.models import Entry
from tenon.kernel.outbox.tests.samples import enqueue, failing, run

pytestmark = pytest.mark.django_db
ADA = "Ada@Example.com"


@pytest.fixture(autouse=True)
def _job() -> None:
    registry.job("samples.letter")(failing(PermanentFailure("550 No such user"), times=9))


def dead(payload, *, secret=True):
    """A letter that came back."""
    enqueue("samples.letter", payload, secret=secret)
    run()
    return Entry.objects.latest("sequence")


def test_those_that_name_the_person_go():
    person = uuid4()
    dead({"to": "ada@example.com", "context": {}})
    dead({"letters": [{"context": {"user_id": str(person)}}]})
    other, longer = dead({"to": "bob@example.com"}), dead({"to": "not-ada@example.com"})
    assert forgetting.forget([ADA, str(person)]) == 2
    assert set(Entry.objects.values_list("id", flat=True)) == {other.id, longer.id}
    assert forgetting.forget([ADA, ""]) == 0


def test_more_than_one_batch(monkeypatch):
    monkeypatch.setattr(forgetting, "_BATCH", 2)
    for _ in range(5):
        dead({"to": ADA})
    assert forgetting.forget([ADA]) == 5


def test_what_is_on_its_way_is_let_be_and_so_is_what_nobody_can_read(settings):
    enqueue("samples.letter", {"to": ADA}, secret=True, not_before=clock.now().replace(year=2999))
    assert forgetting.forget([ADA]) == 0
    dead({"to": ADA})
    settings.SECRET_KEY = "quite another key"
    assert forgetting.forget([ADA]) == 0
    assert Entry.objects.count() == 2
