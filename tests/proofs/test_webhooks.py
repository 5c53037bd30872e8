"""Webhooks: every attempt verifies, nothing inside is ever reached, no dead receiver delays another, none is lost."""

import json
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from tenon.kernel.outgoing.tests import hostile
from tenon.testing.houses import House, Person
from tenon.testing.parallel import Answer
from tenon.testing.receivers import Authority, Received, Receiver, Reply, authority, listener, receiver
from tenon.testing.servers import HOST, Process, spawn, wait_for
from tests.proofs.conftest import OpenHouse

ENDPOINTS = "/api/v1/webhooks/endpoints/"
PATIENCE = 180
OPEN = {
    "OUTGOING_PRIVATE_NETWORKS": "127.0.0.0/8",
    "OUTGOING_PORTS": "*",
    "ALLOW_IN_PRODUCTION": "sqlite,unlimited_login,private_calls",
}
_names = count(1)


class Company:
    """An organization whose events go out, and the dispatchers at work."""

    def __init__(self, home: House, folder: Path, **env: str) -> None:
        self.home = home
        self.env = {**home.env, **env}
        self.folder = folder
        self.owner: Person = home.sign_up()
        self.id: str = self.call("POST", "/api/v1/organizations/", {"name": "Acme"}, status=201)["id"]
        self.dispatchers: list[Process] = []

    def call(self, method: str, path: str, json: object = None, *, status: int = 200) -> Any:
        answer = self.ask(method, path, json)
        assert answer.status == status, answer
        return answer.json() if answer.body else None

    def ask(self, method: str, path: str, json: object = None) -> Answer:
        return self.home.call(method, path, json=json, token=self.owner.access)

    def subscribe(self, url: str, *types: str) -> Any:
        """A new endpoint, with its secret."""
        body = {"url": url, "event_types": list(types or ("organizations.updated",))}
        return self.call("POST", ENDPOINTS, body, status=201)

    def happen(self) -> None:
        """One event."""
        self.call("PATCH", f"/api/v1/organizations/{self.id}/", {"name": f"Acme {next(_names)}"})

    def dispatch(self) -> Process:
        """Start one more dispatcher."""
        command = [sys.executable, "-m", "tests.proofs.webhooks_house", "deliver"]
        process = spawn("webhooks", command, env=self.env, log=self.folder / f"webhooks-{len(self.dispatchers)}.log")
        self.dispatchers.append(process)
        return process

    def count(self, table: str, condition: str = "1 = 1") -> int:
        [(number,)] = self.home.store.rows(f"SELECT count(*) FROM webhooks_{table} WHERE {condition}")
        return int(number)

    def wait(self, condition: Callable[[], bool], what: str) -> None:
        try:
            wait_for(condition, what, seconds=PATIENCE)
        except TimeoutError:
            raise AssertionError("\n".join(each.output() for each in self.dispatchers[-2:])) from None


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that the house trusts."""
    return authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def open_company(
    open_house: OpenHouse, certified: Authority, engine: str, tmp_path: Path
) -> Iterator[Callable[..., Company]]:
    opened: list[Company] = []

    def start(**env: str) -> Company:
        everything = {"SSL_CERT_FILE": str(certified.ca), **env}
        opened.append(Company(open_house(engine, **everything), tmp_path, **everything))
        return opened[-1]

    yield start
    for company in opened:
        for process in company.dispatchers:
            process.kill()


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_every_attempt_verifies(
    open_company: Callable[..., Company],
    certified: Authority,
    rounds: Callable[[int], int],
    proof_record: Callable[..., None],
) -> None:
    """Retries and rotations included: each attempt by whoever knows a secret that was in force when it was made."""
    events = rounds(1000)
    company = open_company(**OPEN, PROOF_WAIT_SECONDS="0.2")
    with receiver(certified) as customer:
        made = company.subscribe(customer.url("/hooks"))
        path = f"{ENDPOINTS}{made['id']}/"
        seen: dict[str, list[Received]] = defaultdict(list)
        verified: list[list[str]] = []
        secrets = [[made["secret"]]]

        def answer(request: Received) -> Reply:
            # While the dispatcher waits for the answer, no rotation is asked for: what signs is what was in force.
            verified.append(verifying(request, [key for keys in secrets for key in keys]))
            attempts = seen[request.headers["webhook-id"]]
            attempts.append(request)
            return Reply(500 if len(attempts) <= int(request.headers["webhook-id"][-1], 16) % 3 else 204)

        customer.answer = answer
        company.dispatch()
        for overlap in (1, 1, 0):
            for _ in range(events // 3 + 1):
                company.happen()
            # The first secret alone has signed, and then two at once, before the next one comes.
            wanted = 1 if len(secrets) == 1 else 2
            company.wait(lambda number=wanted: number in map(len, verified), "attempts")  # type: ignore[misc]
            rotated = company.call("POST", f"{path}secret-rotation/", {"overlap_hours": overlap})
            secrets.append([rotated["secret"]])
        company.happen()
        published = 3 * (events // 3 + 1) + 1
        company.wait(lambda: company.count("delivery", "state = 'delivered'") == published, "every delivery")
        assert company.dispatchers[0].stop() == 0

    assert len(seen) == published
    assert all(1 <= len(keys) <= 2 for keys in verified), "an attempt that does not verify"
    used = [key for keys in secrets for key in keys]
    # The present secret always signs, and once another one is in force, no attempt goes back to an older one alone.
    newest = [max(map(used.index, keys)) for keys in verified]
    assert newest == sorted(newest)
    assert newest[-1] == len(used) - 1
    assert verified[-1] == [used[-1]], "without an overlap the one before no longer signs"
    assert any(len(keys) == 2 for keys in verified)
    for attempts in seen.values():
        assert len({each.body for each in attempts}) == 1
        assert len(attempts) == int(attempts[0].headers["webhook-id"][-1], 16) % 3 + 1
    assert company.count("attempt") == sum(map(len, seen.values())) == len(verified)
    proof_record(events=events, rotations=3)


def verifying(request: Received, keys: list[str]) -> list[str]:
    """The keys under which a request verifies at this moment."""
    return [key for key in keys if _verifies(request, key)]


def _verifies(request: Received, key: str) -> bool:
    from standardwebhooks import WebhookVerificationError

    try:
        Webhook(key).verify(request.body, dict(request.headers))
    except WebhookVerificationError:
        return False
    return True


LOOPBACK = [url for url in hostile.URLS if any(word in url for word in ("127", "0x7f", "0177", "::", "localhost"))]
REBINDING = {
    "rebind-once.example.com": [["1.1.1.1"], [HOST]],
    "rebind-back.example.com": [[HOST], ["1.1.1.1"], [HOST]],
    "rebind-both.example.com": [["1.1.1.1", HOST]],
    "rebind-six.example.com": [["2606:4700:4700::1111"], ["::1"]],
    "inside.example.com": [[HOST]],
    "metadata.example.com": [[hostile.METADATA]],
}


@pytest.mark.parametrize("engine", ["sqlite"])
def test_nothing_inside_is_reached(
    open_company: Callable[..., Company], certified: Authority, tmp_path: Path, proof_record: Callable[..., None]
) -> None:
    """By no hostile address, whether asked for or stored past every check; by no redirect; by no change of a name."""
    answers, told = tmp_path / "answers.json", tmp_path / "told"
    answers.write_text(json.dumps(REBINDING))
    with listener() as (inner, reached):
        company = open_company(OUTGOING_PORTS="*", PROOF_ANSWERS=str(answers), PROOF_TOLD=str(told))
        urls = [*hostile.URLS, *(_with_port(url, inner) for url in LOOPBACK)]
        # Every port is open here, as the inner one has to be; and blanks around what is typed in are taken off.
        urls = [url for url in dict.fromkeys(urls) if "example.com:" not in url and url == url.strip()]
        for url in urls:
            refused = company.ask("POST", ENDPOINTS, {"url": url, "event_types": ["*"]})
            assert refused.status == 400, url
        planted = [*(url for url in urls if len(url) < 2000 and "\x00" not in url)]
        planted += [f"https://{name}:{inner}/" for name in REBINDING]
        (tmp_path / "urls").write_text(json.dumps(planted))
        arguments = ["plant", company.id, str(tmp_path / "urls")]
        command = [sys.executable, "-m", "tests.proofs.webhooks_house", *arguments]
        assert spawn("plant", command, env=company.env, log=tmp_path / "plant.log").wait(60) == 0
        company.dispatch()
        for _ in range(2):
            company.happen()
        company.wait(lambda: company.count("attempt") >= 2 * len(planted) - 2, "an attempt at each")
        outcomes = dict(
            company.home.store.rows("SELECT outcome, count(*) FROM webhooks_attempt GROUP BY outcome ORDER BY outcome")
        )
        assert reached == []
    # The two names that were public when they were judged, and nothing else, were connected to: at that address.
    connected = {line.split()[0] for line in told.read_text().splitlines()}
    assert connected <= {"1.1.1.1", "2606:4700:4700::1111"}
    assert set(outcomes) <= {"refused_address", "no_connection"}
    assert len(urls) >= 60
    proof_record(addresses=len(urls), stored=len(planted), names=len(REBINDING), connections=0)


def _with_port(url: str, port: int) -> str:
    head, slash, rest = url.partition("://")[2].partition("/")
    return f"https://{head}:{port}{slash}{rest}"


@pytest.mark.parametrize("engine", ["sqlite"])
def test_redirects_lead_nowhere(
    open_company: Callable[..., Company], certified: Authority, proof_record: Callable[..., None]
) -> None:
    statuses = [300, 301, 302, 303, 305, 307, 308]
    company = open_company(**OPEN)
    with listener() as (inner, reached), receiver(certified) as customer:
        places = [f"http://{HOST}:{inner}/", f"https://localhost:{inner}/", f"//{HOST}:{inner}/", "/elsewhere"]
        replies = [Reply(status, headers={"Location": place}) for status in statuses for place in places]
        customer.answer = lambda request: replies[int(request.path.removeprefix("/"))]
        for number in range(len(replies)):
            company.subscribe(customer.url(f"/{number}"))
        company.dispatch()
        company.happen()
        company.wait(lambda: company.count("attempt") >= len(replies), "an attempt at each")
        assert company.count("attempt", "outcome <> 'redirected'") == 0
        assert company.count("delivery", "state = 'delivered'") == 0
        assert reached == []
        assert {request.path for request in customer.requests} == {f"/{number}" for number in range(len(replies))}
    proof_record(redirects=len(replies), connections=0)


@pytest.mark.parametrize("engine", ["postgresql"])
def test_a_dead_receiver_delays_no_other(
    open_company: Callable[..., Company],
    certified: Authority,
    rounds: Callable[[int], int],
    proof_record: Callable[..., None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One of 50 takes connections and never answers: the other 49 get their events as soon as they do without it."""
    pairs = max(3, rounds(20))
    company = open_company(**OPEN)
    with ExitStack() as stack:
        customer = stack.enter_context(receiver(certified))
        port, taken = stack.enter_context(listener())
        for number in range(49):
            company.subscribe(customer.url(f"/{number}"))
        dead = company.subscribe(f"https://{HOST}:{port}/")
        path = f"{ENDPOINTS}{dead['id']}/"
        company.dispatch()
        company.happen()  # not counted: everybody's first handshake
        company.wait(lambda: len(customer.requests) == 49, "the first event")
        delays: dict[bool, list[float]] = {True: [], False: []}
        last: dict[bool, list[float]] = {True: [], False: []}
        for _ in range(pairs):
            for alive in (True, False):
                # Enabled anew it has no rest: each time it is tried as if it were healthy.
                company.call("PATCH", path, {"enabled": False})
                company.wait(lambda: not company.count("lane", "claim IS NOT NULL"), "the end of the last attempt")
                if not alive:
                    company.call("PATCH", path, {"enabled": True})
                delay, slowest = _delay(company, customer)
                delays[alive].append(delay)
                last[alive].append(slowest)
        assert len(taken) >= pairs
    without, with_dead = statistics.median(delays[True]), statistics.median(delays[False])
    with capsys.disabled():
        print(  # noqa: T201 (the numbers of the proof)
            f"\nmedian of 49 receivers: {without * 1000:.0f} ms without, {with_dead * 1000:.0f} ms with a dead one; "
            f"the last of them: {statistics.median(last[True]) * 1000:.0f} ms, "
            f"{statistics.median(last[False]) * 1000:.0f} ms ({pairs} pairs)"
        )
    assert with_dead < without + 1, "an attempt at the dead one takes 15 seconds"
    assert statistics.median(last[False]) < statistics.median(last[True]) + 2
    proof_record(receivers=50, pairs=pairs)


def _delay(company: Company, customer: Receiver) -> tuple[float, float]:
    """From the first arrival of one event, the median of the arrivals at all 49, and the last of them: in seconds.

    From the first arrival, since before that it waits for the relay's next look, which is chance.
    """
    customer.requests.clear()
    started = time.time()
    company.happen()
    company.wait(lambda: len(customer.requests) == 49, "one event everywhere")
    arrivals = sorted(request.at for request in customer.requests)
    assert arrivals[0] >= started
    return statistics.median(arrivals) - arrivals[0], arrivals[-1] - arrivals[0]


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_killed_at_work_none_is_lost(
    open_company: Callable[..., Company],
    certified: Authority,
    rounds: Callable[[int], int],
    proof_record: Callable[..., None],
) -> None:
    """kill -9 of dispatchers in the middle: every delivery arrives, and is known to have."""
    events, kills = rounds(400), max(3, rounds(60))
    company = open_company(**OPEN, PROOF_LEASE_SECONDS="3")
    with receiver(certified) as customer:
        customer.answer = lambda request: time.sleep(0.02) or Reply(204)
        for number in range(5):
            company.subscribe(customer.url(f"/{number}"))
        dispatchers = [company.dispatch(), company.dispatch()]
        published = 0
        for kill in range(kills):
            for _ in range(-(-events // kills)):
                company.happen()
                published += 1
            arrived = len(customer.requests)
            company.wait(lambda before=arrived: len(customer.requests) > before + 2, "some arrivals")  # type: ignore[misc]
            dispatchers[kill % 2].kill()
            dispatchers[kill % 2] = company.dispatch()
        company.wait(lambda: company.count("delivery", "state = 'delivered'") == 5 * published, "every delivery")
        # Whoever was started last may have found nothing to do, and be starting yet.
        company.wait(lambda: all("webhooks_started" in each.log.read_text() for each in dispatchers), "the last start")
        assert {each.stop() for each in dispatchers} == {0}
    pairs = {(request.path, request.headers["webhook-id"]) for request in customer.requests}
    assert len(pairs) == 5 * published, "a delivery that never arrived"
    assert company.count("delivery") == 5 * published
    assert company.count("lane", "claim IS NOT NULL") == 0
    proof_record(events=events, kills=kills)
