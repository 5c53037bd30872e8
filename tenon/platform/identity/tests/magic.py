"""What a magic code's letter holds, for tests that play the person who reads it."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from tenon.platform.identity import services
from tenon.platform.identity.services.magic_codes import send_magic_code
from tenon.platform.identity.tests import outbox
from tenon.platform.identity.tests.factories import NOW, new_device

PAGE = "https://app.example.com"


@dataclass(frozen=True)
class Mailed:
    """A challenge, and what came by mail for it."""

    challenge_id: UUID
    code: str
    secret: str


def other_than(code: str) -> str:
    """Eight digits that are not `code`."""
    return f"{(int(code) + 1) % 10**8:08d}"


def request(email: str, *, now: datetime = NOW) -> UUID:
    """Ask for a code from a device of its own; the message is not sent yet."""
    return services.request_magic_code(email=email, device=new_device(), now=now).challenge_id


def deliver(challenge_id: UUID, *, now: datetime = NOW) -> None:
    """Run the job that sends the message of a challenge."""
    jobs = outbox.jobs("identity.send_magic_code")
    (payload,) = [each for each in jobs if each["challenge_id"] == str(challenge_id)]
    send_magic_code(**{**payload, "challenge_id": challenge_id}, now=now)


def mailed(email: str, *, now: datetime = NOW) -> Mailed:
    """Ask for a code and read the letter."""
    challenge_id = request(email, now=now)
    deliver(challenge_id, now=now)
    letter = outbox.letters()[-1]
    secret = parse_qs(urlsplit(letter.context["link"]).query)["token"][0]
    return Mailed(challenge_id, letter.context["code"], secret)
