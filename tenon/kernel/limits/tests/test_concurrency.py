"""A limit of ten lets ten pass out of a hundred at once, on every engine."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections, transaction
from pytest_django.fixtures import Settings
from pytest_django.plugin import DjangoDbBlocker

from tenon.kernel import clock
from tenon.kernel.limits import purging
from tenon.kernel.limits.counting import give_back, hit, hit_all
from tenon.kernel.limits.models import Counter
from tenon.testing.databases import Clone, server

CALLERS = 100
LIMIT = 10


@pytest.fixture(autouse=True)
def _ten(settings: Settings) -> None:
    settings.RATE_LIMITS = {"guess": f"{LIMIT}/min", "read": "1000/min"}


@pytest.fixture(autouse=True)
def _database(module_database: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database of the module's own: what the threads commit is not rolled back."""
    with django_db_blocker.unblock(), module_database.in_use():
        yield


def test_ten_of_a_hundred_pass(store: str) -> None:
    allowed = at_once(lambda number: hit("guess", f"one-{store}").allowed)
    assert allowed.count(True) == LIMIT


def test_ten_of_a_hundred_pass_where_two_limits_are_taken_in_any_order(store: str) -> None:
    pair = [("guess", f"two-{store}"), ("read", f"two-{store}")]

    def attempt(number: int) -> bool:
        return all(verdict.allowed for verdict in hit_all(pair if number % 2 else pair[::-1]))

    assert at_once(attempt).count(True) == LIMIT
    # What the refused ones had taken of the wider limit is back.
    assert hit("read", f"two-{store}").remaining == 1000 - LIMIT - 1


def test_successes_do_not_count_however_many_at_once(store: str) -> None:
    def succeed(number: int) -> bool:
        if allowed := hit("guess", f"three-{store}").allowed:
            give_back("guess", f"three-{store}")
        return allowed

    assert at_once(succeed).count(True) >= LIMIT
    assert [hit("guess", f"three-{store}").allowed for _ in range(LIMIT + 1)] == [True] * LIMIT + [False]


@pytest.mark.postgresql
@pytest.mark.usefixtures("database_only")
def test_the_purge_waits_for_nobody() -> None:
    hit("guess", "held")
    hit("guess", "free")
    held = Counter.objects.order_by("expires_at", "id").values_list("id", flat=True)[0]
    far = clock.now() + timedelta(days=1)

    def purge() -> None:
        purged.append(purging.purge(now=far))
        connections.close_all()

    purged: list[int] = []
    with transaction.atomic():
        Counter.objects.select_for_update().get(id=held)
        others = Counter.objects.exclude(id=held).count()
        thread = Thread(target=purge)
        thread.start()
        thread.join()
    assert purged == [others]
    assert list(Counter.objects.values_list("id", flat=True)) == [held]


def at_once(work: Callable[[int], bool]) -> list[bool]:
    """`work` of a hundred callers that start together, each on a connection of its own."""
    answers: list[bool] = []
    start = Barrier(CALLERS)

    def call(number: int) -> None:
        start.wait()
        try:
            answers.append(work(number))
        finally:
            connections.close_all()

    threads = [Thread(target=call, args=(number,)) for number in range(CALLERS)]
    with server().crowd(CALLERS):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(answers) == CALLERS
    return answers
