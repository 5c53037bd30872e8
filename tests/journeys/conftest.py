"""Journeys go through HTTP, the real relay and a real SMTP server; nothing is called behind the API's back."""

from collections.abc import Callable

import pytest

from tenon.kernel.outbox import relay
from tenon.platform.identity.tests.factories import new_address
from tenon.testing.client import Api
from tenon.testing.mailbox import Letter
from tenon.testing.smtp import SmtpServer, smtp

__all__ = ["smtp"]  # a fixture
PASSWORD = "correct-horse-battery-7"


@pytest.fixture(autouse=True)
def _database(db: None) -> None:
    """Every journey writes."""


@pytest.fixture
def delivered(smtp: SmtpServer) -> Callable[[str], list[Letter]]:
    """Let the relay do all that waits; the letters of an address after that, oldest first."""

    def letters(address: str) -> list[Letter]:
        relay.drain()
        return smtp.of(address)

    return letters


@pytest.fixture
def email() -> str:
    """An address that nobody has."""
    return new_address()


@pytest.fixture
def api() -> Api:
    """Somebody who is not signed in."""
    return Api()


@pytest.fixture
def member(email: str, delivered: Callable[[str], list[Letter]]) -> str:
    """The address of somebody who has registered with PASSWORD and followed the emailed link."""
    api = Api()
    registered = api.post("/api/v1/auth/register/", {"email": email, "password": PASSWORD, "first_name": "Ada"})
    assert registered.status_code == 201, registered.content
    followed = api.get(path_of(delivered(email)[-1].links[0]))
    assert followed.status_code == 200, followed.content
    return email


def path_of(link: str) -> str:
    """The path of an emailed link, for the test client."""
    return "/" + link.partition("://")[2].partition("/")[2]


def sign_in(email: str, password: str = PASSWORD, *, device: str = "a browser") -> Api:
    """Somebody signed in on `device`, from an address of its own. The refresh token is in `refresh`."""
    api = Api(device=device)
    answer = api.post("/api/v1/auth/login/", {"email": email, "password": password})
    assert answer.status_code == 200, answer.content
    api.token, api.refresh = answer.json()["access"], answer.json()["refresh"]
    return api
