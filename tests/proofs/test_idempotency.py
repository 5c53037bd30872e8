"""Keys that many bring at once, while the database hangs up on everybody: one effect each, and one answer for all."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from threading import Event, Thread
from time import monotonic

import psycopg
import pytest

from tenon.testing.faults import Postgres
from tenon.testing.houses import House, Person
from tenon.testing.parallel import Answer, Crowd, Request, statuses

KEYS, CLIENTS = 200, 32
EVERY = 0.25  # seconds between two hang-ups
PATIENCE = 120  # seconds until everybody has their answer
OWN_HEADERS = ("content-type", "location", "etag", "content-language")
TOO_EARLY_OR_LOST = {409, 503}
_log = logging.getLogger(__name__)


@dataclass
class HangUps:
    """How often a connection of the application was ended."""

    count: int = 0


@contextmanager
def hang_ups(cluster: Postgres) -> Iterator[HangUps]:
    """Every 250 ms each connection of the application is terminated, whatever it is doing, until the block ends."""
    seen, stopping = HangUps(), Event()

    def work() -> None:
        query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'tenon_app'"
        with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
            while not stopping.wait(EVERY):
                seen.count += len(connection.execute(query).fetchall())

    thread = Thread(target=work)
    thread.start()
    try:
        yield seen
    finally:
        stopping.set()
        thread.join()


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_one_effect_and_one_answer_for_each_key(
    engine: str,
    request: pytest.FixtureRequest,
    open_house: Callable[..., House],
    rounds: Callable[[int], int],
    proof_record: Callable[..., None],
) -> None:
    keys = rounds(KEYS)
    home = open_house(engine, JWT_ACCESS_TOKEN_LIFETIME="240")
    person = home.sign_up()
    home_id = home.call("POST", "/api/v1/organizations/", json={"name": "Home"}, token=person.access).json()["id"]
    disturbed = hang_ups(request.getfixturevalue("cluster")) if engine == "postgresql" else nullcontext()
    met: Counter[int] = Counter()
    with disturbed as seen, Crowd(home.api.port, CLIENTS) as crowd:
        for number in range(keys):
            answers = _all_answered(crowd, _asked(number, person, home_id), met)
            assert statuses(answers) == {201: CLIENTS}
            assert len({_as_seen(answer) for answer in answers}) == 1
            # None at all, where the database hung up between the commit and the word of it.
            assert sum("idempotent-replayed" not in answer.headers for answer in answers) <= 1
    assert _effects(home) == Counter({f"Key {number}": 1 for number in range(keys)})
    told = home.store.rows("SELECT count(*) FROM outbox_entry WHERE name IN (%s, %s)", _EVENTS)
    assert told == [(keys + 1,)], "an event was told twice, or never"
    if seen is not None:
        assert seen.count > 0
        assert met[503] > 0, "no hang-up was ever felt: nothing was proved"
        _log.info("%d connections ended", seen.count)
    _log.info("met on the way: %s", dict(met))
    proof_record(keys=keys, clients=CLIENTS, effects=keys, different_answers=0)


_EVENTS = ["organizations.created", "organizations.invitation_sent"]


def _asked(number: int, person: Person, organization_id: str) -> Request:
    """An organization is made, or somebody is invited into one: by turns, for these take different scopes."""
    headers = {"Authorization": f"Bearer {person.access}", "Idempotency-Key": f"key-{number}"}
    if number % 2:
        path = f"/api/v1/organizations/{organization_id}/invitations/"
        return Request("POST", path, json={"email": f"key-{number}@example.com", "role": "member"}, headers=headers)
    return Request("POST", "/api/v1/organizations/", json={"name": f"Key {number}"}, headers=headers)


def _all_answered(crowd: Crowd, request: Request, met: Counter[int]) -> list[Answer]:
    """Every client's answer; who came too early, or met a hang-up, repeats the request as it was."""
    answers: dict[int, Answer] = {}
    until = monotonic() + PATIENCE
    while waiting := [number for number in range(CLIENTS) if number not in answers]:
        assert monotonic() < until, f"{len(waiting)} clients have no answer yet; met {dict(met)}"
        for number in waiting:
            crowd.connections[number].send(request.encode(port=crowd.connections[number].port))
        for number in waiting:
            answer = crowd.connections[number].receive(request.method)
            met[answer.status] += 1
            if answer.status not in TOO_EARLY_OR_LOST:
                answers[number] = answer
            else:
                assert answer.is_problem
                assert int(answer.headers["retry-after"]) > 0
    return list(answers.values())


def _as_seen(answer: Answer) -> tuple[object, ...]:
    return (answer.status, answer.body, *(answer.headers.get(name) for name in OWN_HEADERS))


def _effects(home: House) -> Counter[str]:
    made = home.store.rows("SELECT name FROM organizations_organization WHERE name LIKE %s", ["Key %"])
    invited = home.store.rows("SELECT email FROM organizations_invitation")
    names = [name for (name,) in made] + [email.partition("@")[0].replace("key-", "Key ") for (email,) in invited]
    return Counter(names)
