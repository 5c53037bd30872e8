"""Which provider sends the mail is a matter of the environment alone; a wrong one names its variable."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from tenon.delivery.settings.mail import from_environment
from tenon.kernel.env import Env


def settings(**environ: str) -> dict[str, Any]:
    return from_environment(Env(environ), site_url="https://tenon.example")


def test_by_default_mail_is_printed() -> None:
    assert settings()["EMAIL_BACKEND"] == "tenon.kernel.mail.console.EmailBackend"
    assert settings()["DEFAULT_FROM_EMAIL"] == "noreply@tenon.example"


@pytest.mark.parametrize(
    ("provider", "keys"),
    [
        ("console", {}),
        ("smtp", {"EMAIL_HOST": "smtp.example.com"}),
        ("resend", {"RESEND_API_KEY": "k"}),
        ("postmark", {"POSTMARK_SERVER_TOKEN": "k"}),
        ("sendgrid", {"SENDGRID_API_KEY": "k"}),
        ("mailgun", {"MAILGUN_API_KEY": "k", "MAILGUN_SENDER_DOMAIN": "mg.example.com"}),
        ("brevo", {"BREVO_API_KEY": "k"}),
    ],
)
def test_every_provider_has_a_backend_and_wants_its_keys(provider: str, keys: dict[str, str]) -> None:
    chosen = settings(EMAIL_PROVIDER=provider, **keys)
    import_string(chosen["EMAIL_BACKEND"])
    for missing in keys:
        with pytest.raises(ImproperlyConfigured, match=missing):
            settings(EMAIL_PROVIDER=provider, **{name: value for name, value in keys.items() if name != missing})


def test_keys_reach_anymail() -> None:
    eu = "https://api.eu.mailgun.net/v3"
    names = {"MAILGUN_API_KEY": "k", "MAILGUN_SENDER_DOMAIN": "mg.example.com", "MAILGUN_API_URL": eu}
    assert settings(EMAIL_PROVIDER="mailgun", EMAIL_TIMEOUT="7", **names)["ANYMAIL"] == {**names, "REQUESTS_TIMEOUT": 7}


def test_sendgrid_is_reached_by_its_smtp_relay() -> None:
    chosen = settings(EMAIL_PROVIDER="sendgrid", SENDGRID_API_KEY="SG.k", EMAIL_HOST="elsewhere")
    assert (chosen["EMAIL_HOST"], chosen["EMAIL_PORT"], chosen["EMAIL_USE_TLS"]) == ("smtp.sendgrid.net", 587, True)
    assert (chosen["EMAIL_HOST_USER"], chosen["EMAIL_HOST_PASSWORD"]) == ("apikey", "SG.k")


@pytest.mark.parametrize("provider", ["console", "smtp", "sendgrid"])
def test_a_backend_that_is_set_by_hand_wins(provider: str) -> None:
    chosen = settings(EMAIL_BACKEND="django.core.mail.backends.filebased.EmailBackend", EMAIL_PROVIDER=provider)
    assert chosen["EMAIL_BACKEND"] == "django.core.mail.backends.filebased.EmailBackend"
    assert chosen["EMAIL_HOST"] == "localhost"


def test_an_unknown_provider_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_PROVIDER"):
        settings(EMAIL_PROVIDER="pigeon")


@pytest.mark.parametrize(
    ("environ", "port", "tls", "ssl"),
    [
        ({}, 587, True, False),
        ({"EMAIL_PORT": "465"}, 465, False, True),
        ({"EMAIL_USE_SSL": "true"}, 465, False, True),
        ({"EMAIL_PORT": "2525", "EMAIL_USE_TLS": "false"}, 2525, False, False),
        ({"EMAIL_PORT": "2465", "EMAIL_USE_SSL": "true"}, 2465, False, True),
    ],
)
def test_port_and_tls_fit_together(environ: dict[str, str], port: int, tls: bool, ssl: bool) -> None:
    chosen = settings(**environ)
    assert (chosen["EMAIL_PORT"], chosen["EMAIL_USE_TLS"], chosen["EMAIL_USE_SSL"]) == (port, tls, ssl)


@pytest.mark.parametrize(
    "environ",
    [
        {"EMAIL_USE_TLS": "true", "EMAIL_USE_SSL": "true"},
        {"EMAIL_USE_TLS": "true", "EMAIL_USE_SSL": "true", "EMAIL_PORT": "587"},
        {"EMAIL_USE_TLS": "true", "EMAIL_PORT": "465"},
    ],
)
def test_settings_that_would_hang_or_contradict_are_refused(environ: dict[str, str]) -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_USE_TLS"):
        settings(**environ)
