"""A small demo for `make run`: two people to sign in as, an organization and a shop, made as anybody would make them.

Their passwords are published, so a demo is for those who sit at the machine: `make run` makes one on a loopback address
only, production makes none, and neither serves others while such a password opens an account.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection

from tenon.domains.catalog.services import seeding
from tenon.domains.orders.services.seeding import seed_shipping
from tenon.kernel.errors import NotFound
from tenon.kernel.principal import ANONYMOUS
from tenon.platform.identity import selectors, services
from tenon.platform.identity.errors import EmailTaken
from tenon.platform.identity.selectors import UserFacts
from tenon.platform.organizations import selectors as shops
from tenon.platform.organizations import services as organizations


@dataclass(frozen=True)
class Login:
    """Credentials of a demo account; public on purpose, and worth nothing outside a demo."""

    email: str
    password: str
    about: str


ADMIN = Login("admin@example.com", "demo-admin-4-tenon", "may do everything")
ALICE = Login("alice@example.com", "demo-alice-4-tenon", "owns the organization Acme")
LOGINS = (ADMIN, ALICE)
PRODUCTS = 48


def seed(*, now: datetime) -> list[Login]:
    """Makes what is missing, enables what `disable` disabled, and returns the logins that work.

    A second call changes nothing. Raises ImproperlyConfigured in production.
    """
    if not settings.DEMO_ALLOWED:
        raise ImproperlyConfigured(
            "Production makes no demo, whose passwords are published; `manage.py createsuperuser` makes an account."
        )
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
    _fill_shop(now=now)
    accounts = _accounts()
    for user in accounts.values():
        if not user.is_active:
            services.enable_user(user_id=user.id, now=now)
    return list(accounts)


def _fill_shop(*, now: datetime) -> None:
    """Some products in the organization that the superuser owns, which is the shop of whoever names none."""
    if "catalog" not in settings.TENON_MODULES:
        return
    with suppress(NotFound):
        shop = shops.visiting(ANONYMOUS, "", "").organization_id
        if shop is not None:
            seeding.seed_products(organization_id=shop, count=PRODUCTS, currency="USD", now=now)
            if "orders" in settings.TENON_MODULES:
                seed_shipping(organization_id=shop, currency="USD")


def disable(*, now: datetime) -> list[Login]:
    """Disables the accounts that a published password opens, and returns their logins."""
    opened = _open()
    for user in opened.values():
        services.disable_user(user_id=user.id, now=now)
    return list(opened)


def refuse_published_logins() -> None:
    """Raises ImproperlyConfigured while a published password opens an account."""
    if opened := _open():
        raise ImproperlyConfigured(
            f"Anybody can sign in as {' and '.join(login.email for login in opened)} with the published password of "
            "the demo: run `manage.py disable_demo`, or change the password."
        )


def check_published_logins() -> None:
    """For the start of a server in production: the same, where the database is there to be asked."""
    if settings.DEMO_ALLOWED:
        return
    try:
        refuse_published_logins()
    except DatabaseError:
        return  # not there, or not migrated yet
    finally:
        connection.close()


def _accounts() -> dict[Login, UserFacts]:
    """The accounts that have a published password; those that do not exist cost no hash."""
    found = {login: selectors.user_with_password(email=login.email, password=login.password) for login in LOGINS}
    return {login: user for login, user in found.items() if user is not None}


def _open() -> dict[Login, UserFacts]:
    return {login: user for login, user in _accounts().items() if user.is_active}
