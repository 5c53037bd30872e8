"""What a limit does, whichever store keeps the count."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from tenon.kernel import metrics
from tenon.kernel.errors import TooManyRequests
from tenon.kernel.limits.counting import forget, give_back, hit, hit_all, observed, require, require_all
from tenon.kernel.limits.models import Counter
from tenon.kernel.limits.rates import Verdict

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)


def test_as_many_pass_as_the_rate_says(store: str) -> None:
    verdicts = [hit("guess", "alice") for _ in range(5)]
    assert [verdict.allowed for verdict in verdicts] == [True, True, True, False, False]
    assert [verdict.remaining for verdict in verdicts] == [2, 1, 0, 0, 0]
    assert {verdict.limit for verdict in verdicts} == {3}
    assert {verdict.window for verdict in verdicts} == {60}
    assert all(58 <= verdict.reset_after <= 60 for verdict in verdicts)


def test_subjects_and_names_are_counted_apart(store: str) -> None:
    for _ in range(3):
        assert hit("guess", "alice").allowed
    assert not hit("guess", "alice").allowed
    assert hit("guess", "bob").allowed
    assert hit("read", "alice").remaining == 4


def test_a_window_begins_with_its_first_hit_and_ends_by_itself(store: str) -> None:
    assert [hit("brief", "alice").allowed for _ in range(3)] == [True, True, False]
    time.sleep(1.05)
    assert [hit("brief", "alice").allowed for _ in range(3)] == [True, True, False]


@pytest.mark.usefixtures("database_only")
def test_the_window_is_anchored_at_the_first_hit() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        assert hit("guess", "alice").reset_after == 60
        clock.shift(45)
        assert hit("guess", "alice").reset_after == 15
        assert hit("guess", "alice").allowed
        clock.shift(14.9)
        assert not hit("guess", "alice").allowed
        clock.shift(0.1)
        again = hit("guess", "alice")
        assert again == Verdict("guess", allowed=True, limit=3, remaining=2, reset_after=60, window=60)


def test_what_is_given_back_may_be_spent_again(store: str) -> None:
    for _ in range(3):
        assert hit("guess", "alice").allowed
    assert not hit("guess", "alice").allowed
    give_back("guess", "alice")
    assert hit("guess", "alice").allowed
    assert not hit("guess", "alice").allowed


def test_nothing_is_given_back_past_the_limit(store: str) -> None:
    give_back("guess", "alice")
    hit("guess", "alice")
    for _ in range(5):
        give_back("guess", "alice")
    assert [hit("guess", "alice").allowed for _ in range(4)] == [True, True, True, False]


def test_what_is_forgotten_begins_anew(store: str) -> None:
    for subject in ("alice", "bob"):
        assert [hit("guess", subject).allowed for _ in range(4)] == [True, True, True, False]
    forget("guess", "alice")
    forget("free", "alice")
    assert [hit("guess", "alice").allowed for _ in range(4)] == [True, True, True, False]
    assert not hit("guess", "bob").allowed


@pytest.mark.usefixtures("database_only")
def test_nothing_is_given_back_in_a_window_that_is_over() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        hit("guess", "alice")
        before = Counter.objects.get().remaining
        clock.shift(61)
        give_back("guess", "alice")
        assert Counter.objects.get().remaining == before


def test_a_refused_hit_counts_nowhere(store: str) -> None:
    for _ in range(3):
        hit("guess", "alice")
    for _ in range(4):
        guess, read = hit_all([("guess", "alice"), ("read", "alice")])
        assert (guess.allowed, read.allowed, read.remaining) == (False, True, 5)
    assert hit("read", "alice").remaining == 4


def test_all_of_a_call_are_counted_together(store: str) -> None:
    verdicts = hit_all([("read", "alice"), ("guess", "alice"), ("free", "alice")])
    assert [(verdict.name, verdict.remaining) for verdict in verdicts] == [("read", 4), ("guess", 2), ("free", 0)]
    assert verdicts[2] == Verdict("free", allowed=True)


def test_the_same_subject_twice_in_a_call_counts_once(store: str) -> None:
    assert [verdict.remaining for verdict in hit_all([("read", "a"), ("read", "a")])] == [4, 4]


@pytest.mark.parametrize(
    ("costs", "allowed"), [((2, 2, 1, 1), (True, False, True, False)), ((4, 3, 1), (False, True, False))]
)
def test_a_cost_is_taken_whole_or_not_at_all(store: str, costs: tuple[int, ...], allowed: tuple[bool, ...]) -> None:
    assert tuple(hit("guess", "alice", cost=cost).allowed for cost in costs) == allowed


def test_a_cost_is_given_back_whole(store: str) -> None:
    hit("guess", "alice", cost=3)
    assert not hit("guess", "alice", cost=2).allowed
    give_back("guess", "alice", cost=2)
    assert hit("guess", "alice", cost=2).allowed


def test_a_limit_that_is_off_counts_nothing(store: str) -> None:
    assert {hit("free", "alice") for _ in range(50)} == {Verdict("free", allowed=True)}
    give_back("free", "alice")
    assert not Counter.objects.exists()


def test_a_changed_rate_acts_on_the_next_hit(store: str, settings: Settings) -> None:
    hit("wide", "alice")
    settings.RATE_LIMITS = {"wide": "off"}
    assert hit("wide", "alice") == Verdict("wide", allowed=True)


def test_an_unknown_name_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError, match="nonsense"):
        hit("nonsense", "alice")


def test_require_raises_with_the_time_to_wait(store: str) -> None:
    for _ in range(3):
        require("guess", "alice")
    with pytest.raises(TooManyRequests) as refusal:
        require("guess", "alice")
    assert refusal.value.retry_after is not None
    assert 58 <= refusal.value.retry_after <= 60


@pytest.mark.usefixtures("database_only")
def test_require_all_waits_for_the_last_to_open(settings: Settings) -> None:
    settings.RATE_LIMITS = {"short": "1/min", "long": "1/hour"}
    with time_machine.travel(NOON, tick=False):
        require_all([("short", "a"), ("long", "a")])
        with pytest.raises(TooManyRequests) as refusal:
            require_all([("short", "a"), ("long", "a")])
    assert refusal.value.retry_after == 3600


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("user:7", "user:8", False),
    ],
)
def test_an_address_counts_as_what_one_customer_has(store: str, one: str, other: str, together: bool) -> None:
    for _ in range(3):
        hit("guess", one)
    assert hit("guess", other).allowed is not together


def test_no_subject_is_stored_as_it_is(store: str) -> None:
    hit_all([("guess", "alice@example.com"), ("read", "192.0.2.1")])
    keys = list(Counter.objects.values_list("id", flat=True))
    if store == "redis":
        keys += [key.decode() for key in _redis_keys()]
    assert keys
    for key in keys:
        assert "alice" not in key
        assert "192" not in key.rpartition(":")[2][:3]
    assert all(len(key.rpartition(":")[2]) == 32 for key in keys)


def test_a_count_is_refused_inside_a_transaction_that_could_undo_it() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        hit("guess", "alice")


def test_refusals_are_counted_for_monitoring(store: str) -> None:
    before = _value("guess")
    for _ in range(5):
        hit("guess", "alice")
    assert _value("guess") - before == 2


def test_a_request_can_learn_what_it_was_counted_under(store: str) -> None:
    with _observing() as seen:
        hit_all([("read", "a"), ("free", "a")])
        hit("guess", "a")
        assert {name: verdict.remaining for name, verdict in seen.items()} == {"read": 4, "guess": 2}
        give_back("guess", "a")
        assert list(seen) == ["read"]


@pytest.mark.usefixtures("database_only")
def test_a_call_counts_in_one_statement() -> None:
    with CaptureQueriesContext(connection) as queries:
        hit_all([("read", "b"), ("guess", "a"), ("wide", "c")])
    statements = [query["sql"].split()[0] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert statements == (["INSERT", "SELECT"] if connection.vendor == "mysql" else ["INSERT"])


@pytest.mark.postgresql
@pytest.mark.usefixtures("database_only")
def test_only_what_guards_a_secret_waits_for_the_disk() -> None:
    def waits() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            return str(cursor.fetchone()[0])

    # The setting lives as long as the transaction: the test's, or the statement's own where there is none.
    hit_all([("read", "a"), ("guess", "a")])
    assert waits() == "on"
    hit("read", "a")
    assert waits() == "off"


def _value(name: str) -> float:
    return metrics.limits_refused.labels(name)._value.get()  # type: ignore[no-any-return]


def _redis_keys() -> list[bytes]:
    from django.conf import settings

    from tenon.kernel import redis_client

    return list(redis_client.client(settings.REDIS_URL).keys("*"))


@contextmanager
def _observing() -> Iterator[dict[str, Verdict]]:
    seen: dict[str, Verdict] = {}
    token = observed.set(seen)
    try:
        yield seen
    finally:
        observed.reset(token)
