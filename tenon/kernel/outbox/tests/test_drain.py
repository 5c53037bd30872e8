"""What tests of other apps run: everything that waits, and what fails is raised."""

import pytest

from tenon.kernel.outbox import publishing, registry, relay
from tenon.kernel.outbox.tests.samples import Happened, enqueue, failing, publish

pytestmark = pytest.mark.django_db


def test_it_runs_what_handlers_publish() -> None:
    seen = []
    registry.job("samples.count")(lambda number: seen.append(number))
    registry.subscribe(Happened)(lambda event: publishing.enqueue("samples.count", {"number": event.number}))
    publish(1, 2)
    assert relay.drain() == 4
    assert seen == [1, 2]


def test_it_says_what_failed() -> None:
    registry.job("samples.fail")(failing(ValueError("no")))
    enqueue("samples.fail")
    with pytest.raises(relay.DrainFailed, match=r"samples\.fail: ValueError: no") as raised:
        relay.drain()
    assert isinstance(raised.value.__cause__, ValueError)


def test_it_ends_where_a_job_enqueues_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "MOST_DRAINED", 20)
    registry.job("samples.again")(lambda: publishing_again())

    def publishing_again() -> None:
        enqueue("samples.again")

    publishing_again()
    with pytest.raises(relay.DrainFailed, match="enqueue itself"):
        relay.drain()
