"""A whole deployment for proofs: a migrated database, the API, the relay and a mail box, each a real process."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tenon.delivery.settings.limits import RATE_LIMITS
from tenon.testing.databases.sqlite import SqliteServer
from tenon.testing.faults import Postgres
from tenon.testing.mailbox import Mailbox
from tenon.testing.parallel import Answer, Connection
from tenon.testing.servers import HOST, ApiServer, Process, manage, spawn_api, spawn_relay, wait_until_live
from tenon.testing.stores import PostgresStore, SqliteStore, Store

PASSWORD = "correct-horse-battery-7-staple"
SECRET = "worth-nothing-outside-of-a-proof-0123456789-abcdefghijklmnopqrstuvwxyz"
_TEMPLATE = "template_tenon"
_numbers = itertools.count(1)

_ADMINISTRATION = {"DJANGO_SETTINGS_MODULE": "tenon.delivery.settings.development", "SECRET_KEY": SECRET}


@dataclass(frozen=True)
class Database:
    """A migrated database: the environment that reaches it, and a look at everything in it."""

    engine: str
    env: dict[str, str]
    store: Store
    folder: Path


@dataclass(frozen=True)
class Person:
    """Somebody with a verified address, signed in."""

    email: str
    id: str
    access: str
    refresh: str


@dataclass
class House:
    """A running deployment."""

    database: Database
    env: dict[str, str]
    mail: Mailbox
    api: ApiServer
    relay: Process

    @property
    def store(self) -> Store:
        return self.database.store

    def connect(self) -> Connection:
        """A new keep-alive connection to the API."""
        return Connection(self.api.port)

    def call(self, method: str, path: str, *, json: object = None, token: str = "") -> Answer:
        """One request on a connection of its own."""
        connection = self.connect()
        try:
            return connection.request(method, path, json=json, token=token)
        finally:
            connection.close()

    def restart_api(self) -> None:
        """Stop the API, then start another on the same port."""
        self.api.stop()
        self.api = spawn_api(env=self.env, log=self.api.log, port=self.api.port)
        wait_until_live(self.api)

    @contextmanager
    def undisturbed(self) -> Iterator[None]:
        """Nothing but requests changes the database: the relay rests until the block ends."""
        self.relay.stop()
        yield
        self.relay = spawn_relay(env=self.env, log=self.relay.log)

    def register(self) -> str:
        """A new account; returns its address, which is not verified yet."""
        email = f"person-{next(_numbers)}@example.com"
        made = self.call("POST", "/api/v1/auth/register/", json={"email": email, "password": PASSWORD})
        assert made.status == 201, made
        return email

    def sign_up(self) -> Person:
        """Register, follow the emailed link, sign in."""
        email = self.register()
        link = urlsplit(self.mail.wait(email).links[0])
        verified = self.call("GET", f"{link.path}?{link.query}" if link.query else link.path)
        assert verified.status == 200, verified
        return self.sign_in(email)

    def make_superuser(self) -> str:
        """A new account of the staff; returns its address, which is verified."""
        email = f"superuser-{next(_numbers)}@example.com"
        manage(
            "createsuperuser", "--noinput", f"--email={email}", env=self.env | {"DJANGO_SUPERUSER_PASSWORD": PASSWORD}
        )
        return email

    def sign_in(self, email: str, password: str = PASSWORD) -> Person:
        """A new session."""
        answer = self.call("POST", "/api/v1/auth/login/", json={"email": email, "password": password})
        assert answer.status == 200, answer
        body = answer.json()
        return Person(email, body["user"]["id"], body["access"], body["refresh"])


def environment(database: Database, mail: Mailbox, **overrides: str) -> dict[str, str]:
    """Production settings on plain HTTP with the documentation on, letters to `mail`, limits out of the way."""
    return {
        "DJANGO_SETTINGS_MODULE": "tenon.delivery.settings.production",
        "SECRET_KEY": SECRET,
        "ALLOWED_HOSTS": HOST,
        "SITE_URL": f"http://{HOST}",
        "USE_HTTPS": "false",
        "MAGIC_LINK_VERIFY_URL": f"http://{HOST}",
        "API_DOCS_ENABLED": "true",
        "EMAIL_PROVIDER": "smtp",
        "EMAIL_HOST": HOST,
        "EMAIL_PORT": str(mail.port),
        "EMAIL_USE_TLS": "false",
        "DEFAULT_FROM_EMAIL": "Tenon <no-reply@example.com>",
        "FILES_ROOT": str(database.folder / "files"),
        "ALLOW_IN_PRODUCTION": "sqlite,unlimited_login",
        # A proof meets only the limit that it sets.
        **{f"RATE_LIMIT_{name.upper()}": "off" for name in RATE_LIMITS},
        **database.env,
        **overrides,
    }


@contextmanager
def house(database: Database, mail: Mailbox, **overrides: str) -> Iterator[House]:
    """A deployment on `database`, answering, with its relay, until the block ends."""
    env = environment(database, mail, **overrides)
    home = House(
        database,
        env,
        mail,
        api=spawn_api(env=env, log=database.folder / "api.log"),
        relay=spawn_relay(env=env, log=database.folder / "relay.log"),
    )
    try:
        wait_until_live(home.api)
        yield home
        assert home.relay.running, home.relay.output()
    finally:
        home.relay.stop()
        home.api.stop()


def sqlite_database(folder: Path) -> Database:
    """A copy of the suite's migrated database file, in `folder`."""
    path, files = folder / "database.sqlite3", SqliteServer({})
    with files.locked():
        files.prepare()
        files.create(str(path))
    env = {"DATABASE_URL": f"sqlite:///{path}"}
    return Database("sqlite", env, SqliteStore(path), folder)


def postgres_template(cluster: Postgres) -> None:
    """The three roles, and a database that the owner migrated."""
    cluster.execute(f'CREATE DATABASE "{_TEMPLATE}"')
    env = {"ADMIN_DATABASE_URL": cluster.url(_TEMPLATE), **_postgres_env(cluster, _TEMPLATE)}
    manage("database_roles", env=_ADMINISTRATION | env)
    manage("migrate", "--verbosity=0", env=_ADMINISTRATION | env)


def postgres_database(cluster: Postgres, folder: Path) -> Database:
    """A copy of the migrated database, served as the application role."""
    name = f"tenon_{next(_numbers)}"
    cluster.clone(_TEMPLATE, name)
    return Database("postgresql", _postgres_env(cluster, name), PostgresStore(cluster.url(name)), folder)


def _postgres_env(cluster: Postgres, name: str) -> dict[str, str]:
    return {
        "DATABASE_URL": cluster.url(name, user="tenon_app"),
        "MIGRATION_DATABASE_URL": cluster.url(name, user="tenon_owner"),
    }
