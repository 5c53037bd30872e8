"""Production starts with what is safe, and refuses everything else by name."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tenon.delivery.settings import limits
from tenon.delivery.settings.safety import RISKS, faults
from tenon.kernel.env import Env

ROOT = Path(__file__).resolve().parents[4]
ENVIRON = {
    "DJANGO_SETTINGS_MODULE": "tenon.delivery.settings.production",
    "SECRET_KEY": "k7Jw9-pQ2xVb8_mN4tR6yU1iO3aS5dF0gHjKlZcXvBnM-qWeRtYuI",
    "ALLOWED_HOSTS": "api.example.com",
    "SITE_URL": "https://api.example.com",
    "DATABASE_URL": "postgresql://tenon_app:secret@db.example.com/tenon",
    "EMAIL_PROVIDER": "smtp",
    "EMAIL_HOST": "smtp.example.com",
    "MAGIC_LINK_VERIFY_URL": "https://app.example.com",
    "TRUSTED_PROXY_COUNT": "1",
    "TRUSTED_PROXY_HEADER": "x-forwarded",
}
SAFE: dict[str, Any] = {
    "DEBUG": False,
    "SECRET_KEY": ENVIRON["SECRET_KEY"],
    "JWT_SECRET": "",
    "INTERNAL_TOKEN": "",
    "ALLOWED_HOSTS": ["api.example.com"],
    "CORS_ALLOW_ALL_ORIGINS": False,
    "SITE_URL": "https://api.example.com",
    "USE_HTTPS": True,
    "TRUSTED_PROXY_COUNT": 1,
    "DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql"}},
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "PASSWORD_RESET_URL": "",
    "VERIFY_EMAIL_REQUIRED": True,
    "RATE_LIMITS": limits.RATE_LIMITS,
    "REDIS_URL": "",
    "OUTGOING_ALLOW_HTTP": False,
    "OUTGOING_PRIVATE_NETWORKS": [],
    "USE_S3": False,
    "FILES_DOWNLOAD_SECONDS": 300,
    "FILES_UPLOAD_MINUTES": 60,
    "PAYMENT_PROVIDERS": ["manual"],
    "STRIPE_SECRET_KEY": "",
    "STRIPE_PUBLISHABLE_KEY": "",
    "STRIPE_WEBHOOK_SECRET": "",
    "STRIPE_API_BASE": "https://api.stripe.com",
}
BUCKET = {"S3_BUCKET": "tenon-files"}
STRIPE = {"STRIPE_SECRET_KEY": "sk_live_worth_nothing", "STRIPE_WEBHOOK_SECRET": "whsec_worth_nothing"}
SQLITE = {"default": {"ENGINE": "django.db.backends.sqlite3"}}
CONSOLE = "tenon.kernel.mail.console.EmailBackend"
RANDOM = ENVIRON["SECRET_KEY"][:32]


def found(environ: dict[str, str] | None = None, **settings: Any) -> list[str]:
    return faults({**SAFE, **settings}, Env({**ENVIRON, **(environ or {})}))


def test_what_is_safe_is_let_through() -> None:
    assert found() == []
    assert found(JWT_SECRET=RANDOM, INTERNAL_TOKEN=RANDOM[::-1]) == []
    assert found({"USE_HTTPS": "false"}, USE_HTTPS=False, SITE_URL="http://10.0.0.1", TRUSTED_PROXY_COUNT=0) == []
    assert (
        found({"DEMO": "0"}, PASSWORD_RESET_URL="https://app.example.com/reset", ALLOWED_HOSTS=[".example.com"]) == []
    )
    assert found(**STRIPE, STRIPE_PUBLISHABLE_KEY="pk_live_x", PAYMENT_PROVIDERS=["stripe"]) == []
    for url in ("redis://cache/0", "rediss://cache/0", "unix:///run/redis.sock"):
        assert found(REDIS_URL=url) == []


@pytest.mark.parametrize(
    ("settings", "variable"),
    [
        ({"DEBUG": True}, "DEBUG"),
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "a" * 80}, "SECRET_KEY"),
        ({"JWT_SECRET": "sh0rt-but-r4nd"}, "JWT_SECRET"),
        ({"JWT_SECRET": "j" * 40}, "JWT_SECRET"),
        ({"INTERNAL_TOKEN": "sh0rt-but-r4nd"}, "INTERNAL_TOKEN"),
        ({"INTERNAL_TOKEN": "i" * 40}, "INTERNAL_TOKEN"),
        ({"ALLOWED_HOSTS": ["*.example.com"]}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": ["api.example.com", ".com"]}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": ["."]}, "ALLOWED_HOSTS"),
        ({"SITE_URL": "ftp://api.example.com"}, "SITE_URL"),
        ({"SITE_URL": "api.example.com"}, "SITE_URL"),
        ({"SITE_URL": "https://"}, "SITE_URL"),
        ({"PASSWORD_RESET_URL": "http://app.example.com/reset"}, "PASSWORD_RESET_URL"),
        ({"PASSWORD_RESET_URL": "javascript:alert(1)"}, "PASSWORD_RESET_URL"),
        ({"TRUSTED_PROXY_COUNT": 0}, "TRUSTED_PROXY_COUNT"),
        ({"VERIFY_EMAIL_REQUIRED": False}, "VERIFY_EMAIL_REQUIRED"),
        ({"RATE_LIMITS": {**limits.RATE_LIMITS, "login_account": "off"}}, "RATE_LIMIT_LOGIN_ACCOUNT"),
        ({"RATE_LIMITS": {**limits.RATE_LIMITS, "login_address": "OFF"}}, "RATE_LIMIT_LOGIN_ADDRESS"),
        ({"REDIS_URL": "postgresql://cache"}, "REDIS_URL"),
        ({"REDIS_URL": "cache:6379"}, "REDIS_URL"),
        ({"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}, "EMAIL_PROVIDER"),
        ({"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}, "EMAIL_BACKEND"),
        ({"EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend"}, "EMAIL_BACKEND"),
        ({"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}, "EMAIL_BACKEND"),
        ({"ALLOWED_HOSTS": []}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": ["api.example.com", "*"]}, "ALLOWED_HOSTS"),
        ({"CORS_ALLOW_ALL_ORIGINS": True}, "CORS_ALLOWED_ORIGINS"),
        ({"SITE_URL": "http://api.example.com"}, "SITE_URL"),
        ({"USE_HTTPS": False}, "USE_HTTPS"),
        ({"DATABASES": SQLITE}, "DATABASE_URL"),
        ({"EMAIL_BACKEND": CONSOLE}, "EMAIL_PROVIDER"),
        ({"OUTGOING_ALLOW_HTTP": True}, "OUTGOING_ALLOW_HTTP"),
        ({"OUTGOING_PRIVATE_NETWORKS": ["10.0.0.0/8"]}, "OUTGOING_PRIVATE_NETWORKS"),
        ({"FILES_DOWNLOAD_SECONDS": 86401}, "FILES_DOWNLOAD_SECONDS"),
        ({"USE_S3": True, "FILES_UPLOAD_MINUTES": 10081}, "FILES_UPLOAD_MINUTES"),
        ({"PAYMENT_PROVIDERS": ["manual", "stripe"]}, "STRIPE_SECRET_KEY"),
        ({"STRIPE_SECRET_KEY": STRIPE["STRIPE_SECRET_KEY"]}, "STRIPE_WEBHOOK_SECRET"),
        ({"STRIPE_WEBHOOK_SECRET": STRIPE["STRIPE_WEBHOOK_SECRET"]}, "STRIPE_SECRET_KEY"),
        ({**STRIPE, "STRIPE_SECRET_KEY": "pk_live_worth_nothing"}, "STRIPE_SECRET_KEY"),
        ({**STRIPE, "STRIPE_PUBLISHABLE_KEY": "sk_live_worth_nothing"}, "STRIPE_PUBLISHABLE_KEY"),
        ({**STRIPE, "STRIPE_API_BASE": "http://stripe.example.com"}, "STRIPE_API_BASE"),
        ({**STRIPE, "STRIPE_API_BASE": "stripe.example.com"}, "STRIPE_API_BASE"),
    ],
)
def test_each_unsafe_setting_is_one_line_that_begins_with_its_variable(settings: dict[str, Any], variable: str) -> None:
    (line,) = found(**settings)
    assert line.startswith(f"{variable} must ")
    assert "\n" not in line


def test_the_header_that_names_the_client_has_to_be_chosen() -> None:
    (line,) = found({"TRUSTED_PROXY_HEADER": ""})
    assert line.startswith("TRUSTED_PROXY_HEADER must ")


@pytest.mark.parametrize(
    "key",
    [
        {},
        {"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S"},
        {"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S", "S3_ENDPOINT_URL": "https://s3.example.com"},
    ],
)
def test_a_bucket_with_a_whole_key_or_a_role_is_let_through(key: dict[str, str]) -> None:
    assert found({**BUCKET, **key}, USE_S3=True, FILES_DOWNLOAD_SECONDS=86400, FILES_UPLOAD_MINUTES=10080) == []


@pytest.mark.parametrize(
    ("environ", "variable"),
    [
        ({"AWS_ACCESS_KEY_ID": "A"}, "AWS_SECRET_ACCESS_KEY"),
        ({"AWS_SECRET_ACCESS_KEY": "S"}, "AWS_ACCESS_KEY_ID"),
        ({"AWS_SESSION_TOKEN": "T"}, "AWS_ACCESS_KEY_ID"),
        ({"S3_ENDPOINT_URL": "http://minio:9000"}, "S3_ENDPOINT_URL"),
        ({"S3_ENDPOINT_URL": "minio:9000"}, "S3_ENDPOINT_URL"),
        ({"S3_ENDPOINT_URL": "https://"}, "S3_ENDPOINT_URL"),
        ({"S3_ENDPOINT_URL": "https://key:secret@s3.example.com"}, "S3_ENDPOINT_URL"),
    ],
)
def test_a_bucket_that_would_not_work_or_not_be_safe_is_refused(environ: dict[str, str], variable: str) -> None:
    (line,) = found({**BUCKET, **environ}, USE_S3=True)
    assert line.startswith(f"{variable} must ")
    assert "secret@" not in line


def test_a_bucket_that_nobody_uses_is_refused() -> None:
    (line,) = found(BUCKET)
    assert line.startswith("USE_S3 must ")


def test_a_bucket_without_tls_may_be_taken_on_purpose() -> None:
    plain = {**BUCKET, "S3_ENDPOINT_URL": "http://minio:9000"}
    assert found({**plain, "ALLOW_IN_PRODUCTION": "plain_s3"}, USE_S3=True) == []


def test_a_demo_is_refused() -> None:
    (line,) = found({"DEMO": "1"})
    assert line.startswith("DEMO must be off")


def test_an_address_for_links_has_to_be_named() -> None:
    (line,) = found({"SITE_URL": ""})
    assert line.startswith("SITE_URL must ")


@pytest.mark.parametrize(
    ("risk", "settings"),
    [
        ("sqlite", {"DATABASES": SQLITE}),
        ("console_mail", {"EMAIL_BACKEND": CONSOLE}),
        ("private_calls", {"OUTGOING_ALLOW_HTTP": True, "OUTGOING_PRIVATE_NETWORKS": ["10.0.0.0/8"]}),
        ("unverified_email", {"VERIFY_EMAIL_REQUIRED": False}),
        ("unlimited_login", {"RATE_LIMITS": {"login_account": "off", "login_address": "off"}}),
        ("tls_without_proxy", {"TRUSTED_PROXY_COUNT": 0}),
        ("plain_payments", {"STRIPE_API_BASE": "http://stripe.example.com"}),
    ],
)
def test_a_risk_may_be_taken_on_purpose_and_no_other_with_it(risk: str, settings: dict[str, Any]) -> None:
    assert found({"ALLOW_IN_PRODUCTION": risk}, **settings) == []
    others = ",".join(name for name in RISKS if name != risk)
    refused = found({"ALLOW_IN_PRODUCTION": others}, **settings)
    assert refused
    assert all(f"ALLOW_IN_PRODUCTION={risk}" in line for line in refused)


def test_only_a_known_risk_may_be_taken() -> None:
    (line,) = found({"ALLOW_IN_PRODUCTION": "debug"})
    assert line.startswith("ALLOW_IN_PRODUCTION knows sqlite, console_mail, ")
    assert line.endswith(" and not debug.")


def test_all_faults_are_told_at_once() -> None:
    lines = found({"SITE_URL": ""}, DEBUG=True, SECRET_KEY="", ALLOWED_HOSTS=[], DATABASES=SQLITE)
    assert [line.split()[0] for line in lines] == ["DEBUG", "SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "DATABASE_URL"]


def test_production_starts_and_djangos_own_check_finds_nothing() -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING", **ENVIRON)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_production_refuses_to_start_and_names_every_variable() -> None:
    unsafe = {"DJANGO_SETTINGS_MODULE": ENVIRON["DJANGO_SETTINGS_MODULE"], "DEBUG": "true", "CORS_ALLOWED_ORIGINS": "*"}
    done = manage("check", **unsafe)
    assert done.returncode != 0
    named = [line.split()[0] for line in done.stderr.splitlines() if " must " in line]
    assert set(named) >= {"DEBUG", "SECRET_KEY", "ALLOWED_HOSTS", "CORS_ALLOWED_ORIGINS", "SITE_URL", "DATABASE_URL"}


def test_development_is_open_to_its_developer(tmp_path: Path) -> None:
    code = (
        "from django.conf import settings as s;"
        "print(s.DEBUG, s.API_DOCS_ENABLED, s.METRICS_PUBLIC, s.USE_HTTPS, s.SECURE_HSTS_SECONDS, s.ALLOWED_HOSTS)"
    )
    env = {"DJANGO_SETTINGS_MODULE": "tenon.delivery.settings.development", "SECRET_KEY": "of this test"}
    done = run("-c", code, **env)
    assert done.stdout.strip() == "True True True False 0 ['localhost', '127.0.0.1', '[::1]']", done.stderr


def manage(*arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    return run("manage.py", *arguments, **environ)


def run(*arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    path = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TENON_DOTENV": "off"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env={**path, **environ}, capture_output=True, text=True, check=False
    )
