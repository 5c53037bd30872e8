"""Work whose transaction the database ends is done again as a whole, a few times, and not inside of another's."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import OperationalError, connections, transaction
from django.db.models import F
from pytest_django.plugin import DjangoDbBlocker

from tenon.kernel import metrics, retries
from tenon.kernel.limits.models import Counter
from tenon.kernel.retries import retried
from tenon.testing.databases import Clone


class Ended(OperationalError):
    """What stands for a transaction that was ended."""


@pytest.fixture
def committed(module_database: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database where transactions are the test's own."""
    with django_db_blocker.unblock(), module_database.in_use():
        yield


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long it would have waited; nobody does."""
    waited: list[float] = []
    monkeypatch.setattr(retries.time, "sleep", waited.append)
    monkeypatch.setattr(retries, "ended_for_another", lambda error: isinstance(error, Ended))
    return waited


def failing(times: int, error: type[Exception] = Ended) -> list[int]:
    """Work that fails so many times."""
    calls: list[int] = []

    @retried
    def work(number: int, *, also: int) -> list[int]:
        calls.append(number + also)
        if len(calls) <= times:
            raise error
        return calls

    work(1, also=2)
    return calls


@pytest.mark.usefixtures("committed")
class TestAsAWhole:
    def test_what_succeeds_is_done_once(self, pauses: list[float]):
        assert failing(0) == [3]
        assert pauses == []

    def test_what_was_ended_is_done_again_with_the_same_arguments(self, pauses: list[float]):
        assert failing(retries.TRIES - 1) == [3] * retries.TRIES
        assert len(pauses) == retries.TRIES - 1

    def test_at_last_the_caller_hears_of_it(self, pauses: list[float]):
        with pytest.raises(Ended):
            failing(retries.TRIES)
        assert len(pauses) == retries.TRIES - 1

    @pytest.mark.parametrize("error", [OperationalError, ValueError])
    def test_what_is_lost_otherwise_is_lost(self, pauses: list[float], error: type[Exception]):
        with pytest.raises(error):
            failing(1, error)
        assert pauses == []

    def test_inside_of_anothers_transaction_that_one_is_the_unit(self, pauses: list[float]):
        with pytest.raises(Ended), transaction.atomic():
            failing(1)
        assert pauses == []

    def test_it_is_counted(self, pauses: list[float]):
        name = "kernel.tests.test_retries.failing.<locals>.work"
        before = metrics.retried_transactions.labels(name)._value.get()
        failing(2)
        assert metrics.retried_transactions.labels(name)._value.get() == before + 2


def test_pauses_grow_and_differ():
    for number in range(1, retries.TRIES):
        drawn = [retries.pause(number) for _ in range(50)]
        assert 0 <= min(drawn) < max(drawn) <= retries.FIRST_PAUSE * 2 ** (number - 1)


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize(
    "engine",
    [pytest.param("postgresql", marks=pytest.mark.postgresql), pytest.param("mariadb", marks=pytest.mark.mariadb)],
)
def test_two_that_wait_for_each_other_are_both_done(engine: str):
    ids = ("one", "other")
    Counter.objects.bulk_create(Counter(id=each, remaining=0, expires_at=0) for each in ids)
    meeting, met, runs = Barrier(2, timeout=60), set[str](), list[str]()

    @retried
    def take_both(first: str, second: str) -> None:
        runs.append(first)
        with transaction.atomic():
            Counter.objects.filter(pk=first).update(remaining=F("remaining") + 1)
            if first not in met:
                met.add(first)
                meeting.wait()
            Counter.objects.filter(pk=second).update(remaining=F("remaining") + 1)

    def call(order: tuple[str, str]) -> None:
        try:
            take_both(*order)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(call, (ids, ids[::-1])))
    assert len(runs) == 3
    assert dict(Counter.objects.values_list("id", "remaining")) == {"one": 2, "other": 2}
