"""A small demo for `make run`: two people to sign in as, and an organization; made through the services, as always."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from tenon.platform.identity import services
from tenon.platform.identity.errors import EmailTaken
from tenon.platform.organizations import services as organizations


@dataclass(frozen=True)
class Login:
    """Credentials of a demo account; public on purpose, and worth nothing outside a demo."""

    email: str
    password: str
    about: str


ADMIN = Login("admin@example.com", "demo-admin-4-tenon", "may do everything")
ALICE = Login("alice@example.com", "demo-alice-4-tenon", "owns the organization Acme")


def seed(*, now: datetime) -> list[Login]:
    """Makes what is missing and returns the logins; a second call changes nothing."""
    with suppress(EmailTaken):
        services.create_superuser(email=ADMIN.email, password=ADMIN.password, now=now)
    with suppress(EmailTaken):
        alice = services.register(
            email=ALICE.email,
            password=ALICE.password,
            username="alice",
            first_name="Alice",
            last_name="Example",
            verified=True,
            now=now,
        )
        organizations.create(owner_id=alice.id, name="Acme", slug="acme", timezone="Europe/Berlin", now=now)
    return [ADMIN, ALICE]
