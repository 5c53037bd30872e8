"""Mail: which provider sends it, and with which keys. All by environment, no code changes."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from tenon.kernel.env import Env

_SMTP = "django.core.mail.backends.smtp.EmailBackend"
_BACKENDS = {
    "console": "tenon.kernel.mail.console.EmailBackend",
    "smtp": _SMTP,
    "resend": "anymail.backends.resend.EmailBackend",
    "postmark": "anymail.backends.postmark.EmailBackend",
    # Anymail no longer maintains its SendGrid backend; SendGrid's SMTP relay takes the same API key.
    "sendgrid": _SMTP,
    "mailgun": "anymail.backends.mailgun.EmailBackend",
    "brevo": "anymail.backends.brevo.EmailBackend",
}
_KEYS = {
    "smtp": ("EMAIL_HOST",),
    "resend": ("RESEND_API_KEY",),
    "postmark": ("POSTMARK_SERVER_TOKEN",),
    "sendgrid": ("SENDGRID_API_KEY",),
    "mailgun": ("MAILGUN_API_KEY", "MAILGUN_SENDER_DOMAIN"),
    "brevo": ("BREVO_API_KEY",),
}
_ANYMAIL = (
    "RESEND_API_KEY",
    "POSTMARK_SERVER_TOKEN",
    "MAILGUN_API_KEY",
    "MAILGUN_SENDER_DOMAIN",
    "MAILGUN_API_URL",  # of accounts in the European region
    "BREVO_API_KEY",
)
_IMPLICIT_TLS_PORT = 465


def from_environment(env: Env, *, site_url: str) -> dict[str, object]:
    """Django's EMAIL_* settings and Anymail's. Raises ImproperlyConfigured, naming the variable.

    EMAIL_PROVIDER chooses; EMAIL_BACKEND, set by hand, wins over it and needs no key of a provider.
    """
    by_hand = env.text("EMAIL_BACKEND")
    provider = env.choice("EMAIL_PROVIDER", choices=_BACKENDS, default="console")
    keys = () if by_hand else _KEYS.get(provider, ())
    for name in keys:
        if not env.text(name):
            raise ImproperlyConfigured(f"EMAIL_PROVIDER={provider} needs {name}.")
    timeout = env.integer("EMAIL_TIMEOUT", default=10, minimum=1)
    settings: dict[str, object] = {
        "EMAIL_PROVIDER": provider,
        "EMAIL_BACKEND": by_hand or _BACKENDS[provider],
        "EMAIL_TIMEOUT": timeout,
        "DEFAULT_FROM_EMAIL": env.text("DEFAULT_FROM_EMAIL", default=f"noreply@{urlsplit(site_url).hostname}"),
        "ANYMAIL": {name: value for name in _ANYMAIL if (value := env.text(name))} | {"REQUESTS_TIMEOUT": timeout},
        **_smtp(env),
    }
    if provider == "sendgrid" and not by_hand:
        settings |= _sendgrid(env)
    return settings


def _smtp(env: Env) -> dict[str, object]:
    use_ssl = env.flag("EMAIL_USE_SSL", default=env.integer("EMAIL_PORT", default=0) == _IMPLICIT_TLS_PORT)
    port = env.integer("EMAIL_PORT", default=_IMPLICIT_TLS_PORT if use_ssl else 587, minimum=1)
    use_tls = env.flag("EMAIL_USE_TLS", default=not use_ssl)
    if use_tls and port == _IMPLICIT_TLS_PORT:
        raise ImproperlyConfigured(
            "EMAIL_PORT=465 speaks TLS from the first byte: leave out EMAIL_USE_TLS, or use EMAIL_PORT=587."
        )
    if use_tls and use_ssl:
        raise ImproperlyConfigured("EMAIL_USE_TLS (port 587) and EMAIL_USE_SSL (port 465) exclude each other: set one.")
    return {
        "EMAIL_HOST": env.text("EMAIL_HOST", default="localhost"),
        "EMAIL_PORT": port,
        "EMAIL_USE_TLS": use_tls,
        "EMAIL_USE_SSL": use_ssl,
        "EMAIL_HOST_USER": env.text("EMAIL_HOST_USER"),
        "EMAIL_HOST_PASSWORD": env.text("EMAIL_HOST_PASSWORD"),
    }


def _sendgrid(env: Env) -> dict[str, object]:
    return {
        "EMAIL_HOST": "smtp.sendgrid.net",
        "EMAIL_PORT": 587,
        "EMAIL_USE_TLS": True,
        "EMAIL_USE_SSL": False,
        "EMAIL_HOST_USER": "apikey",
        "EMAIL_HOST_PASSWORD": env.text("SENDGRID_API_KEY"),
    }
