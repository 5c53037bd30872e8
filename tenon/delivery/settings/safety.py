"""What production refuses to start with, as a pure function of the settings."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from tenon.kernel.env import Env

# Risks that a deployment may take on purpose, by naming them in ALLOW_IN_PRODUCTION.
RISKS = (
    "sqlite",
    "console_mail",
    "unverified_email",
    "unlimited_login",
    "tls_without_proxy",
    "private_calls",
    "plain_s3",
    "plain_payments",
)
_MAIL_THAT_STAYS = ("dummy", "filebased", "locmem")
_REDIS_SCHEMES = ("redis", "rediss", "unix")
_LONGEST_SIGNATURE = 7 * 24 * 3600  # seconds: S3 refuses addresses that were signed for longer
_DAY = 24 * 3600


def faults(settings: Mapping[str, Any], env: Env) -> list[str]:
    """One line for each unsafe setting, beginning with the variable to set; empty when all is well."""
    allowed = env.items("ALLOW_IN_PRODUCTION")
    return [
        *_secrets(settings),
        *_network(settings, env, allowed),
        *_sign_in(settings, env, allowed),
        *_services(settings, allowed),
        *_calls(settings, allowed),
        *_files(settings, env, allowed),
        *_payments(settings, allowed),
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


def _calls(settings: Mapping[str, Any], allowed: Collection[str]) -> Iterator[str]:
    if "private_calls" in allowed:
        return
    if settings["OUTGOING_ALLOW_HTTP"]:
        yield (
            "OUTGOING_ALLOW_HTTP must be off: webhooks without TLS can be read on their way "
            "(or ALLOW_IN_PRODUCTION=private_calls)."
        )
    if settings["OUTGOING_PRIVATE_NETWORKS"]:
        yield (
            "OUTGOING_PRIVATE_NETWORKS must be empty, or customers have this service call what stands inside "
            "(or ALLOW_IN_PRODUCTION=private_calls, if every customer may)."
        )


def _files(settings: Mapping[str, Any], env: Env, allowed: Collection[str]) -> Iterator[str]:
    if settings["FILES_DOWNLOAD_SECONDS"] > _DAY:
        yield (
            f"FILES_DOWNLOAD_SECONDS must be at most {_DAY}: whoever comes by a signed address reads the file "
            "until it ends."
        )
    if not settings["USE_S3"]:
        if env.text("S3_BUCKET"):
            yield "USE_S3 must be on, or S3_BUCKET unset: without it files go into a folder of this machine."
        return
    key, secret = env.text("AWS_ACCESS_KEY_ID"), env.text("AWS_SECRET_ACCESS_KEY")
    if key and not secret:
        yield "AWS_SECRET_ACCESS_KEY must be set beside AWS_ACCESS_KEY_ID, or neither: then the machine's role counts."
    if not key and (secret or env.text("AWS_SESSION_TOKEN")):
        yield "AWS_ACCESS_KEY_ID must be set beside the rest of the key, or none of it: then the machine's role counts."
    endpoint = urlsplit(env.text("S3_ENDPOINT_URL"))
    if env.text("S3_ENDPOINT_URL") and (endpoint.scheme not in ("http", "https") or not endpoint.hostname):
        yield "S3_ENDPOINT_URL must be an address that begins with https://, or unset for AWS."
    elif endpoint.username or endpoint.password or endpoint.query:
        yield "S3_ENDPOINT_URL must hold no key: everybody who is given a signed address sees it."
    elif endpoint.scheme == "http" and "plain_s3" not in allowed:
        yield (
            "S3_ENDPOINT_URL must begin with https://: files without TLS can be read on their way "
            "(or ALLOW_IN_PRODUCTION=plain_s3)."
        )
    if settings["FILES_UPLOAD_MINUTES"] * 60 > _LONGEST_SIGNATURE:
        yield f"FILES_UPLOAD_MINUTES must be at most {_LONGEST_SIGNATURE // 60} with USE_S3, which signs for no longer."


def _payments(settings: Mapping[str, Any], allowed: Collection[str]) -> Iterator[str]:
    key, signed = settings["STRIPE_SECRET_KEY"], settings["STRIPE_WEBHOOK_SECRET"]
    if "stripe" in settings["PAYMENT_PROVIDERS"] and not key:
        yield "STRIPE_SECRET_KEY must be set, or PAYMENT_PROVIDERS not name stripe."
    if key and not key.startswith(("sk_", "rk_")):
        yield "STRIPE_SECRET_KEY must be a secret or restricted key, which begins with sk_ or rk_."
    if key and not signed:
        yield "STRIPE_WEBHOOK_SECRET must be set beside STRIPE_SECRET_KEY, or nothing that Stripe tells is believed."
    if signed and not key:
        yield "STRIPE_SECRET_KEY must be set beside STRIPE_WEBHOOK_SECRET, or neither."
    public = settings["STRIPE_PUBLISHABLE_KEY"]
    if public and not public.startswith("pk_"):
        yield "STRIPE_PUBLISHABLE_KEY must begin with pk_: everybody who pays is given it."
    base = urlsplit(settings["STRIPE_API_BASE"])
    if base.scheme not in ("http", "https") or not base.hostname:
        yield "STRIPE_API_BASE must be an address that begins with https://, or unset."
    elif base.scheme == "http" and "plain_payments" not in allowed:
        yield (
            "STRIPE_API_BASE must begin with https://: the secret key would travel without TLS "
            "(or ALLOW_IN_PRODUCTION=plain_payments)."
        )


def _risks(allowed: Collection[str]) -> Iterator[str]:
    for name in allowed:
        if name not in RISKS:
            yield f"ALLOW_IN_PRODUCTION knows {', '.join(RISKS)}, and not {name}."
