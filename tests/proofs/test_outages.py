"""PostgreSQL restarts and Redis is killed under load: nothing committed is lost, nobody let in, and it mends itself."""

import logging
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from threading import Event

from tenon.testing.faults import Postgres, Redis
from tenon.testing.houses import PASSWORD, House, Person
from tenon.testing.parallel import Answer, Connection
from tenon.testing.servers import wait_for

CLIENTS = 6
RECOVERY_SECONDS = 5
_log = logging.getLogger(__name__)


@dataclass
class Client:
    """One caller: reads, registers, refreshes, and tries tokens and passwords that must not be good."""

    name: str
    person: Person
    refused: dict[str, str]
    connection: Connection
    seen: Counter[tuple[str, int]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    registered: list[str] = field(default_factory=list)
    refreshed: int = 0
    unavailable: list[float] = field(default_factory=list)

    def run(self, stopping: Event) -> None:
        refresh = self.person.refresh
        for number in count():
            if stopping.is_set():
                return
            self._ask("read", 200, "GET", "/user/details/", token=self.person.access)
            for kind, token in self.refused.items():
                self._ask(kind, 401, "GET", "/user/details/", token=token)
            guess = {"email": self.person.email, "password": "not-the-password"}
            self._ask("guess", 401, "POST", "/api/v1/auth/login/", json=guess)
            email = f"{self.name}-{number}@example.com"
            body = {"email": email, "password": PASSWORD}
            if self._ask("register", 201, "POST", "/api/v1/auth/register/", json=body).status == 201:
                self.registered.append(email)
            turned = self._ask("refresh", 200, "POST", "/api/v1/auth/refresh/", json={"refresh": refresh})
            if turned.status == 200:
                refresh = turned.json()["refresh"]
                self.refreshed += 1

    def _ask(self, kind: str, expected: int, method: str, path: str, **request: object) -> Answer:
        answer = self.connection.request(method, path, **request)  # type: ignore[arg-type]
        self.seen[kind, answer.status] += 1
        if answer.status == 503:
            self.unavailable.append(time.monotonic())
        if answer.status not in (expected, 503):
            self.faults.append(f"{kind}: {answer.status} {answer.body[:200]!r}")
        elif answer.status == 503 and not (answer.is_problem and int(answer.headers.get("retry-after", "0")) > 0):
            self.faults.append(f"{kind}: a 503 that is no problem with Retry-After: {answer}")
        return answer


def test_postgres_restarts_under_load(
    cluster: Postgres,
    open_house: Callable[..., House],
    rounds: Callable[[int], int],
    proof_record: Callable[..., None],
) -> None:
    home = open_house("postgresql")
    restarts = rounds(20) + 1  # once cleanly and once as a crash, at the least
    outages: list[tuple[float, float]] = []
    with _load(home) as clients:
        time.sleep(1)
        for number in range(restarts):
            gone = time.monotonic()
            cluster.stop(signal.SIGQUIT if number % 2 else signal.SIGINT)
            for name, status in {"live": 200, "ready": 503, "detailed": 503}.items():
                wait_for(partial(_answers, home, name, status), f"/health/{name}/ to be {status}", seconds=5)
            time.sleep(0.5)
            cluster.start()
            outages.append((gone, time.monotonic()))
            wait_for(partial(_answers, home, "ready", 200), "the API to find its database again")
            time.sleep(1)
    slowest = _recovery(clients, outages)
    assert slowest < RECOVERY_SECONDS
    seen = _nothing_lost(home, clients)
    assert seen["read", 503], "the outage was never felt: nothing was proved"
    home.sign_up()  # the relay has found the database again, too, and sends mail
    _log.info("slowest recovery %.2f s; %s", slowest, dict(seen))
    proof_record(restarts=restarts, clients=CLIENTS, lost=0, let_in=0, recovered_within_seconds=RECOVERY_SECONDS)


def test_redis_is_killed_under_load(
    redis_server: Redis,
    open_house: Callable[..., House],
    rounds: Callable[[int], int],
    proof_record: Callable[..., None],
) -> None:
    home = open_house(
        "postgresql", REDIS_URL=redis_server.url, RATE_LIMIT_ANONYMOUS="1000000/min", RATE_LIMIT_USER="1000000/min"
    )
    kills = rounds(20)
    with _load(home) as clients:
        for _ in range(kills):
            time.sleep(1)
            redis_server.kill()
            time.sleep(1)
            redis_server.start()
    seen = _nothing_lost(home, clients)
    # Redis keeps nothing that an answer needs: the loss of it is not even felt.
    assert not [kind for kind, status in seen if status == 503]
    _log.info("%s", dict(seen))
    proof_record(kills=kills, clients=CLIENTS, lost=0, let_in=0, failed=0)


def _answers(home: House, name: str, status: int) -> bool:
    return home.call("GET", f"/health/{name}/").status == status


@contextmanager
def _load(home: House) -> Iterator[list[Client]]:
    """Clients at work in threads, until the block ends; then each has said what it saw."""
    gone = home.sign_up()
    assert home.call("POST", "/api/v1/auth/logout/", token=gone.access, json={}).status in (200, 204)
    refused = {"revoked": gone.access, "forged": f"{gone.access[:-4]}AAAA"}
    clients = [
        Client(f"load-{home.api.port}-{number}", home.sign_up(), refused, home.connect()) for number in range(CLIENTS)
    ]
    stopping = Event()
    with ThreadPoolExecutor(CLIENTS) as threads:
        running = [threads.submit(client.run, stopping) for client in clients]
        try:
            yield clients
        finally:
            stopping.set()
        for each in running:
            each.result()
    for client in clients:
        client.connection.close()


def _recovery(clients: list[Client], outages: list[tuple[float, float]]) -> float:
    """The longest time, in seconds, that anybody was still refused after a database was back."""
    refusals = [at for client in clients for at in client.unavailable]
    return max(at - [back for gone, back in outages if gone <= at][-1] for at in refusals)


def _nothing_lost(home: House, clients: list[Client]) -> Counter[tuple[str, int]]:
    """Whatever was answered with a success is in the database; whoever was refused stayed out."""
    assert not [fault for client in clients for fault in client.faults]
    stored = {email for (email,) in home.store.rows("SELECT email FROM identity_user")}
    for client in clients:
        assert client.registered
        assert client.refreshed
        assert set(client.registered) <= stored
        turns = home.store.rows("SELECT max(counter) FROM identity_session WHERE user_id = %s", [client.person.id])
        assert turns == [(client.refreshed,)]
    seen = sum((client.seen for client in clients), Counter[tuple[str, int]]())
    assert {status for kind, status in seen if kind in ("forged", "revoked", "guess")} <= {401, 503}
    return seen
