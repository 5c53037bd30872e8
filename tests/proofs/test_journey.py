"""What `make run` starts, used by HTTP and a mail box alone, from the first page to a restart."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import pytest

from tenon.testing.houses import PASSWORD, Database, environment
from tenon.testing.mailbox import Mailbox
from tenon.testing.parallel import Answer, Connection, Crowd, Request
from tenon.testing.servers import ApiServer, free_port, spawn, wait_until_live

FIRST_START_SECONDS = 180  # the static files are compressed once
OTHER = f"{PASSWORD}-anew"


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_newcomer_lives_here(
    engine: str, new_database: Callable[[str], Database], mail: Mailbox, proof_record: Callable[..., None]
) -> None:
    database, email, steps = new_database(engine), f"newcomer-{engine}@example.com", 0
    with _made_to_run(database, mail) as port:
        ask = _asker(port)
        for path in ("/", "/api/docs/", "/api/docs/swagger/", "/api/schema/", "/health/", "/health/ready/"):
            assert ask("GET", path).status == 200, path
            steps += 1
        assert ask("POST", "/api/v1/auth/register/", {"email": email, "password": PASSWORD}).status == 201
        assert ask("POST", "/api/v1/auth/login/", {"email": email, "password": PASSWORD}).status == 403
        link = urlsplit(mail.wait(email).links[0])
        assert ask("GET", link.path).status == 200
        first = ask("POST", "/api/v1/auth/login/", {"email": email, "password": PASSWORD}).json()
        assert ask("GET", "/user/details/", token=first["access"]).json()["email"] == email
        with Crowd(port, 10) as tabs:
            turned = tabs.fire(Request("POST", "/api/v1/auth/refresh/", json={"refresh": first["refresh"]}))
        assert [tab.status for tab in turned] == [200] * 10
        assert len({tab.json()["refresh"] for tab in turned}) == 1
        access = turned[0].json()["access"]
        assert len(ask("GET", "/api/v1/auth/sessions/", token=access).json()["data"]) == 1

        assert ask("POST", "/api/v1/auth/password-reset/", {"email": email}).status == 202
        secret = parse_qs(urlsplit(mail.wait(email, count=2).links[0]).fragment)["token"][0]
        reset = {"token": secret, "password": OTHER}
        assert ask("POST", "/api/v1/auth/password-reset-confirm/", reset).status == 200
        assert ask("GET", "/user/details/", token=access).status == 401
        assert ask("POST", "/api/v1/auth/login/", {"email": email, "password": PASSWORD}).status == 401
        second = ask("POST", "/api/v1/auth/login/", {"email": email, "password": OTHER}).json()
        steps += 13

    with _made_to_run(database, mail) as port:
        ask = _asker(port)
        assert ask("GET", "/user/details/", token=second["access"]).json()["email"] == email
        assert ask("POST", "/api/v1/auth/logout/", {}, token=second["access"]).status in (200, 204)
        assert ask("GET", "/user/details/", token=second["access"]).status == 401
        steps += 3
    proof_record(steps=steps, restarts=1)


@contextmanager
def _made_to_run(database: Database, mail: Mailbox) -> Iterator[int]:
    """`python -m tenon.delivery.run`, which is all that `make run` does once everything is installed."""
    port = free_port()
    env = environment(database, mail, PORT=str(port), WORKER_PORT=str(free_port()), DEMO="0")
    process = spawn("run", [sys.executable, "-m", "tenon.delivery.run"], env=env, log=database.folder / "run.log")
    try:
        wait_until_live(ApiServer(process.name, process.popen, process.log, port), seconds=FIRST_START_SECONDS)
        yield port
        assert process.stop() == 0, process.output()
    finally:
        process.kill()


def _asker(port: int) -> Callable[..., Answer]:
    def ask(method: str, path: str, body: object = None, *, token: str = "") -> Answer:
        connection = Connection(port)
        try:
            return connection.request(method, path, json=body, token=token)
        finally:
            connection.close()

    return ask
