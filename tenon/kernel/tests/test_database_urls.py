"""Database URLs: everything in them counts, or is refused."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from tenon.kernel.database_urls import database_from_url

POSTGRESQL = "postgresql://app:geheim@db.example.com/tenon"
MARIADB = "mysql://app:geheim@db.example.com/tenon"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("sqlite:///var/a.sqlite3", "var/a.sqlite3"),
        ("sqlite:////data/a%20b.sqlite3", "/data/a b.sqlite3"),
        ("sqlite://", ":memory:"),
    ],
)
def test_an_sqlite_url_names_a_file(url: str, name: str) -> None:
    assert database_from_url(url) == {"ENGINE": "django.db.backends.sqlite3", "NAME": name}


@pytest.mark.parametrize(
    ("url", "options"),
    [
        (POSTGRESQL, None),
        (
            f"{POSTGRESQL}?sslmode=verify-full&sslrootcert=/etc/ssl/ca%20ours.pem",
            {"sslmode": "verify-full", "sslrootcert": "/etc/ssl/ca ours.pem"},
        ),
        (f"{POSTGRESQL}?connect_timeout=3&application_name=x", {"connect_timeout": 3, "application_name": "x"}),
        (f"{POSTGRESQL}?channel_binding=require", {"channel_binding": "require"}),
        (f"{MARIADB}?ssl_ca=/ca&ssl_cert=/c&ssl_key=/k", {"ssl": {"ca": "/ca", "cert": "/c", "key": "/k"}}),
        (f"{MARIADB}?ssl_mode=VERIFY_IDENTITY", {"ssl_mode": "VERIFY_IDENTITY"}),
    ],
)
def test_parameters_become_options(url: str, options: dict[str, Any] | None) -> None:
    assert database_from_url(url).get("OPTIONS") == options


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("postgresql:///tenon?host=/run/pg", "/run/pg"),
        ("postgresql://app@/tenon?host=%2Frun%2Fpg", "/run/pg"),
        ("mysql://app@localhost/tenon?unix_socket=/run/mysqld/mysqld.sock", "/run/mysqld/mysqld.sock"),
    ],
)
def test_a_socket_takes_the_place_of_the_host(url: str, host: str) -> None:
    database = database_from_url(url)
    assert database["HOST"] == host
    assert "OPTIONS" not in database


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("nonsense", "is not a database URL"),
        ("postgresql://[app:geheim@host/tenon", "is not a database URL"),
        ("postgres://app:geheim@host/", "names no database"),
        ("postgresql://app:geheim@host:port/tenon", "must name a port"),
        ("postgresql://app:geheim@host:70000/tenon", "must name a port"),
        ("postgresql://app:12/geheim@host/tenon", "write @ as %40"),
        ("postgresql://app:12?geheim@host/tenon", "write @ as %40"),
        ("postgresql://app:12#geheim@host/tenon", "write @ as %40"),
        ("postgresql://app:geheim/x@host/tenon", "write @ as %40"),
        (f"{POSTGRESQL}?sslmode=require&pool_size=geheim&ssl=1", "holds the parameter pool_size, ssl;"),
        (f"{POSTGRESQL}?connect_timeout=geheim", "must give connect_timeout a whole number"),
        (f"{MARIADB}?sslmode=require", "holds the parameter sslmode;"),
        ("sqlite:///var/a.sqlite3?mode=ro", "holds the parameter mode; sqlite:// takes none"),
    ],
)
def test_a_bad_url_names_its_variable_and_never_the_password(url: str, reason: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^OTHER_URL ") as refusal:
        database_from_url(url, variable="OTHER_URL")
    assert reason in str(refusal.value)
    assert "geheim" not in str(refusal.value)
    assert "\n" not in str(refusal.value)
