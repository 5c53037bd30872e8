"""Error reports to Sentry, where SENTRY_DSN is set and the extra `sentry` is installed."""

from importlib import import_module
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from tenon.kernel.observability.redaction import clean


def start(*, dsn: str, environment: str, release: str) -> None:
    """Begin to report. Raises ImproperlyConfigured when sentry-sdk is not installed."""
    try:
        sdk = import_module("sentry_sdk")
    except ImportError:
        raise ImproperlyConfigured(
            "SENTRY_DSN is set, but sentry-sdk is not installed: pip install '.[sentry]'."
        ) from None
    sdk.init(
        dsn=dsn,
        environment=environment,
        release=release,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        before_send=without_secrets,
    )


def without_secrets(event: dict[str, Any], _hint: dict[str, Any]) -> dict[str, Any]:
    """What leaves the house is cleaned like a log line."""
    cleaned: dict[str, Any] = clean(event)
    return cleaned
