"""What production refuses to start with, as a pure function of the settings."""

from collections.abc import Iterator, Mapping
from typing import Any

from tenon.kernel.env import Env

# Risks that a deployment may take on purpose, by naming them in ALLOW_IN_PRODUCTION.
RISKS = ("sqlite", "console_mail")


def faults(settings: Mapping[str, Any], env: Env) -> list[str]:
    """One line for each unsafe setting, beginning with the variable to set; empty when all is well."""
    allowed = env.items("ALLOW_IN_PRODUCTION")
    return [*_secrets(settings), *_network(settings, env), *_services(settings, allowed), *_risks(allowed)]


def _secrets(settings: Mapping[str, Any]) -> Iterator[str]:
    if settings["DEBUG"]:
        yield "DEBUG must be off: its error pages show the inside."
    key = settings["SECRET_KEY"]
    if len(key) < 50 or len(set(key)) < 10:
        yield "SECRET_KEY must be at least 50 random characters, for instance of `openssl rand -base64 48`."
    if settings["JWT_SECRET"] and len(settings["JWT_SECRET"]) < 32:
        yield "JWT_SECRET must be at least 32 random characters, or unset to follow SECRET_KEY."
    if settings["INTERNAL_TOKEN"] and len(settings["INTERNAL_TOKEN"]) < 32:
        yield "INTERNAL_TOKEN must be at least 32 random characters, or unset: then only staff see inside."


def _network(settings: Mapping[str, Any], env: Env) -> Iterator[str]:
    hosts = settings["ALLOWED_HOSTS"]
    if not hosts or "*" in hosts:
        yield "ALLOWED_HOSTS must list the host names that this deployment answers to, and not *."
    if settings["CORS_ALLOW_ALL_ORIGINS"]:
        yield "CORS_ALLOWED_ORIGINS must list the origins of your web clients, and not *."
    secure = settings["SITE_URL"].startswith("https://")
    if not env.text("SITE_URL"):
        yield "SITE_URL must be the address that people reach this deployment at: links in mail begin with it."
    elif settings["USE_HTTPS"] and not secure:
        yield "SITE_URL must begin with https:// while USE_HTTPS is on."
    if settings["TRUSTED_PROXY_COUNT"] and not env.text("TRUSTED_PROXY_HEADER"):
        yield (
            "TRUSTED_PROXY_HEADER must be set: forwarded, or x-forwarded where your proxies drop header names with "
            "underscores, which a client could otherwise use to give itself another address."
        )
    if not settings["USE_HTTPS"] and not env.text("USE_HTTPS"):
        yield "USE_HTTPS must be set: true behind TLS, or false to say that plain HTTP is wanted."


def _services(settings: Mapping[str, Any], allowed: list[str]) -> Iterator[str]:
    if settings["DATABASES"]["default"]["ENGINE"].endswith("sqlite3") and "sqlite" not in allowed:
        yield "DATABASE_URL must name a PostgreSQL or MariaDB server (or ALLOW_IN_PRODUCTION=sqlite, for one machine)."
    if settings["EMAIL_BACKEND"].endswith("console.EmailBackend") and "console_mail" not in allowed:
        yield "EMAIL_PROVIDER must be one that delivers (or ALLOW_IN_PRODUCTION=console_mail)."


def _risks(allowed: list[str]) -> Iterator[str]:
    for name in allowed:
        if name not in RISKS:
            yield f"ALLOW_IN_PRODUCTION knows {' and '.join(RISKS)}, and not {name}."
