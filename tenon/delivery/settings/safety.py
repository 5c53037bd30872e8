"""What production refuses to start with, as a pure function of the settings."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from tenon.kernel.env import Env

# Risks that a deployment may take on purpose, by naming them in ALLOW_IN_PRODUCTION.
RISKS = ("sqlite", "console_mail", "unverified_email", "unlimited_login", "tls_without_proxy")
_MAIL_THAT_STAYS = ("dummy", "filebased", "locmem")
_REDIS_SCHEMES = ("redis", "rediss", "unix")


def faults(settings: Mapping[str, Any], env: Env) -> list[str]:
    """One line for each unsafe setting, beginning with the variable to set; empty when all is well."""
    allowed = env.items("ALLOW_IN_PRODUCTION")
    return [
        *_secrets(settings),
        *_network(settings, env, allowed),
        *_sign_in(settings, env, allowed),
        *_services(settings, allowed),
        *_risks(allowed),
    ]


def _secrets(settings: Mapping[str, Any]) -> Iterator[str]:
    if settings["DEBUG"]:
        yield "DEBUG must be off: its error pages show the inside."
    if not _is_random(settings["SECRET_KEY"], length=50):
        yield "SECRET_KEY must be at least 50 random characters, for instance of `openssl rand -base64 48`."
    if settings["JWT_SECRET"] and not _is_random(settings["JWT_SECRET"], length=32):
        yield "JWT_SECRET must be at least 32 random characters, or unset to follow SECRET_KEY."
    if settings["INTERNAL_TOKEN"] and not _is_random(settings["INTERNAL_TOKEN"], length=32):
        yield "INTERNAL_TOKEN must be at least 32 random characters, or unset: then only staff see inside."


def _is_random(secret: str, *, length: int) -> bool:
    """Whether it may be; what a person typed or repeated to fill the length is not."""
    return len(secret) >= length and len(set(secret)) >= 10


def _network(settings: Mapping[str, Any], env: Env, allowed: Collection[str]) -> Iterator[str]:
    hosts = settings["ALLOWED_HOSTS"]
    if not hosts or any("*" in host for host in hosts):
        yield "ALLOWED_HOSTS must list the host names that this deployment answers to, and not *."
    for host in hosts:
        if host.startswith(".") and "." not in host[1:].rstrip("."):
            yield f"ALLOWED_HOSTS must not hold {host}, which is everybody's under that name."
    if settings["CORS_ALLOW_ALL_ORIGINS"]:
        yield "CORS_ALLOWED_ORIGINS must list the origins of your web clients, and not *."
    if not env.text("SITE_URL"):
        yield "SITE_URL must be the address that people reach this deployment at: links in mail begin with it."
    else:
        yield from _address("SITE_URL", settings["SITE_URL"], https=settings["USE_HTTPS"])
    if settings["PASSWORD_RESET_URL"]:
        yield from _address("PASSWORD_RESET_URL", settings["PASSWORD_RESET_URL"], https=settings["USE_HTTPS"])
    if not settings["USE_HTTPS"] and not env.text("USE_HTTPS"):
        yield "USE_HTTPS must be set: true behind TLS, or false to say that plain HTTP is wanted."
    if settings["USE_HTTPS"] and not settings["TRUSTED_PROXY_COUNT"] and "tls_without_proxy" not in allowed:
        yield (
            "TRUSTED_PROXY_COUNT must be the number of proxies before this server, of which one ends TLS: with none, "
            "each request is redirected to itself (or ALLOW_IN_PRODUCTION=tls_without_proxy, if this server ends it)."
        )
    if settings["TRUSTED_PROXY_COUNT"] and not env.text("TRUSTED_PROXY_HEADER"):
        yield (
            "TRUSTED_PROXY_HEADER must be set: forwarded, or x-forwarded where your proxies drop header names with "
            "underscores, which a client could otherwise use to give itself another address."
        )


def _address(variable: str, url: str, *, https: bool) -> Iterator[str]:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        yield f"{variable} must be an address that begins with https:// or http://."
    elif https and parts.scheme != "https":
        yield f"{variable} must begin with https:// while USE_HTTPS is on."


def _sign_in(settings: Mapping[str, Any], env: Env, allowed: Collection[str]) -> Iterator[str]:
    if env.flag("DEMO", default=False):
        yield "DEMO must be off: the passwords of the demo are published."
    if not settings["VERIFY_EMAIL_REQUIRED"] and "unverified_email" not in allowed:
        yield (
            "VERIFY_EMAIL_REQUIRED must be on, or anybody signs up with anybody's address "
            "(or ALLOW_IN_PRODUCTION=unverified_email)."
        )
    for name in ("login_account", "login_address"):
        if settings["RATE_LIMITS"][name].strip().lower() == "off" and "unlimited_login" not in allowed:
            yield (
                f"RATE_LIMIT_{name.upper()} must be a limit, or passwords can be guessed "
                "(or ALLOW_IN_PRODUCTION=unlimited_login)."
            )


def _services(settings: Mapping[str, Any], allowed: Collection[str]) -> Iterator[str]:
    if settings["DATABASES"]["default"]["ENGINE"].endswith("sqlite3") and "sqlite" not in allowed:
        yield "DATABASE_URL must name a PostgreSQL or MariaDB server (or ALLOW_IN_PRODUCTION=sqlite, for one machine)."
    if settings["REDIS_URL"] and urlsplit(settings["REDIS_URL"]).scheme not in _REDIS_SCHEMES:
        yield "REDIS_URL must begin with redis://, rediss:// or unix://, or be unset."
    if settings["EMAIL_BACKEND"].endswith("console.EmailBackend"):
        if "console_mail" not in allowed:
            yield "EMAIL_PROVIDER must be one that delivers (or ALLOW_IN_PRODUCTION=console_mail)."
    elif settings["EMAIL_BACKEND"].endswith(tuple(f"{kind}.EmailBackend" for kind in _MAIL_THAT_STAYS)):
        yield "EMAIL_BACKEND must be one that delivers, or unset to follow EMAIL_PROVIDER."


def _risks(allowed: Collection[str]) -> Iterator[str]:
    for name in allowed:
        if name not in RISKS:
            yield f"ALLOW_IN_PRODUCTION knows {', '.join(RISKS)}, and not {name}."
