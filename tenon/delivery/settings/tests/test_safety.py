"""Production starts with what is safe, and refuses everything else by name."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tenon.delivery.settings.safety import faults
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
    "TRUSTED_PROXY_COUNT": 0,
    "DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql"}},
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
}
SQLITE = {"default": {"ENGINE": "django.db.backends.sqlite3"}}
CONSOLE = "tenon.kernel.mail.console.EmailBackend"


def found(environ: dict[str, str] | None = None, **settings: Any) -> list[str]:
    return faults({**SAFE, **settings}, Env({**ENVIRON, **(environ or {})}))


def test_what_is_safe_is_let_through() -> None:
    assert found() == []
    assert found(JWT_SECRET="j" * 32, INTERNAL_TOKEN="i" * 32) == []
    assert found({"TRUSTED_PROXY_HEADER": "x-forwarded"}, TRUSTED_PROXY_COUNT=1) == []
    assert found({"USE_HTTPS": "false"}, USE_HTTPS=False, SITE_URL="http://10.0.0.1") == []


@pytest.mark.parametrize(
    ("settings", "variable"),
    [
        ({"DEBUG": True}, "DEBUG"),
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "a" * 80}, "SECRET_KEY"),
        ({"JWT_SECRET": "short"}, "JWT_SECRET"),
        ({"INTERNAL_TOKEN": "short"}, "INTERNAL_TOKEN"),
        ({"TRUSTED_PROXY_COUNT": 1}, "TRUSTED_PROXY_HEADER"),
        ({"ALLOWED_HOSTS": []}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": ["api.example.com", "*"]}, "ALLOWED_HOSTS"),
        ({"CORS_ALLOW_ALL_ORIGINS": True}, "CORS_ALLOWED_ORIGINS"),
        ({"SITE_URL": "http://api.example.com"}, "SITE_URL"),
        ({"USE_HTTPS": False}, "USE_HTTPS"),
        ({"DATABASES": SQLITE}, "DATABASE_URL"),
        ({"EMAIL_BACKEND": CONSOLE}, "EMAIL_PROVIDER"),
    ],
)
def test_each_unsafe_setting_is_one_line_that_begins_with_its_variable(settings: dict[str, Any], variable: str) -> None:
    (line,) = found(**settings)
    assert line.startswith(f"{variable} must ")
    assert "\n" not in line


def test_an_address_for_links_has_to_be_named() -> None:
    (line,) = found({"SITE_URL": ""})
    assert line.startswith("SITE_URL must ")


def test_a_risk_may_be_taken_on_purpose_and_only_a_known_one() -> None:
    unsafe = {"DATABASES": SQLITE, "EMAIL_BACKEND": CONSOLE}
    assert found({"ALLOW_IN_PRODUCTION": "sqlite,console_mail"}, **unsafe) == []
    assert len(found({"ALLOW_IN_PRODUCTION": "sqlite"}, **unsafe)) == 1
    (line,) = found({"ALLOW_IN_PRODUCTION": "debug"})
    assert line == "ALLOW_IN_PRODUCTION knows sqlite and console_mail, and not debug."


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
