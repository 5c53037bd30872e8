"""SIGTERM under load fails no request.

What is proved: a successor listens on the same port (SO_REUSEPORT) before the predecessor gets SIGTERM, as a rolling
deployment does. Every request that the predecessor began is answered whole. A connection that it closes without a byte
of an answer was never begun, which the database confirms: then, and only then, the client asks the successor instead.
"""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from threading import Event

from tenon.testing.houses import PASSWORD, House, Person
from tenon.testing.parallel import Answer, Connection, Request, Unanswered
from tenon.testing.servers import listeners, spawn_api, wait_for

CLIENTS = 8
_log = logging.getLogger(__name__)


@dataclass
class Tally:
    """What one client has seen."""

    answers: list[Answer] = field(default_factory=list)
    registered: list[str] = field(default_factory=list)
    repeated: int = 0
    broken: list[str] = field(default_factory=list)


def test_sigterm_under_load_fails_no_request(
    home: House, rounds: Callable[[int], int], proof_record: Callable[..., None]
) -> None:
    person, stopping, restarts = home.sign_up(), Event(), rounds(20)
    with ThreadPoolExecutor(CLIENTS) as clients:
        loads = [clients.submit(_load, home, person, f"{home.api.port}-{name}", stopping) for name in range(CLIENTS)]
        try:
            for _ in range(restarts):
                _replace(home)
        finally:
            stopping.set()
        tallies = [load.result() for load in loads]

    answers = [answer for tally in tallies for answer in tally.answers]
    assert not [answer for answer in answers if answer.status not in (200, 201)]
    assert not [reason for tally in tallies for reason in tally.broken]
    registered = [email for tally in tallies for email in tally.registered]
    stored = {email for (email,) in home.store.rows("SELECT email FROM identity_user")}
    assert registered
    assert set(registered) <= stored
    _log.info("%d answers, %d of them at the second attempt", len(answers), sum(tally.repeated for tally in tallies))
    proof_record(restarts=restarts, clients=CLIENTS, failed=0)


def _replace(home: House) -> None:
    """Start a successor on the same port, and only then stop the predecessor."""
    before = len(home.store.rows("SELECT 1 FROM identity_user"))
    predecessor = home.api
    workers = listeners(predecessor.port)
    home.api = spawn_api(env=home.env, log=predecessor.log, port=predecessor.port)
    wait_for(lambda: listeners(predecessor.port) == 2 * workers, "the successor to listen")
    assert predecessor.stop() == 0
    # The load went on while we were at it.
    assert len(home.store.rows("SELECT 1 FROM identity_user")) > before


def _load(home: House, person: Person, name: str, stopping: Event) -> Tally:
    """Read and write by turns, on one keep-alive connection, until told to stop."""
    tally, connection = Tally(), home.connect()
    for email, request in _requests(person, name):
        if stopping.is_set():
            connection.close()
            return tally
        try:
            answer = _answer(home, connection, email, request, tally)
        except Unanswered as broken:
            tally.broken.append(f"{request.method} {request.path}: {broken}")
            continue
        tally.answers.append(answer)
        if answer.status == 201:
            tally.registered.append(email)
    raise AssertionError("the requests never end")


def _requests(person: Person, name: str) -> Iterator[tuple[str, Request]]:
    own = {"Authorization": f"Bearer {person.access}"}
    for number in count():
        yield "", Request("GET", "/user/details/", headers=own)
        email = f"load-{name}-{number}@example.com"
        yield email, Request("POST", "/api/v1/auth/register/", json={"email": email, "password": PASSWORD})


def _answer(home: House, connection: Connection, email: str, request: Request, tally: Tally) -> Answer:
    try:
        return connection.exchange(request)
    except Unanswered as unanswered:
        if unanswered.began or (email and home.store.rows("SELECT 1 FROM identity_user WHERE email = %s", [email])):
            raise
        tally.repeated += 1
        return connection.exchange(request)
