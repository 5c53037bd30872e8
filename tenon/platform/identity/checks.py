"""System checks of a deployment, for `manage.py check --deploy`."""

from typing import Any

from django.conf import settings
from django.core import checks

from tenon.platform.identity.engines import magic_links


def check_magic_links(**_options: Any) -> list[checks.CheckMessage]:
    """identity.W001: magic codes cannot be asked for. identity.W002: they may be echoed to whoever asks."""
    found: list[checks.CheckMessage] = []
    try:
        magic_links.verify_page(settings.MAGIC_LINK_VERIFY_URL)
    except RuntimeError as error:
        found.append(
            checks.Warning(str(error), hint="Until then, asking for a magic code answers 500.", id="identity.W001")
        )
    if settings.MAGIC_LINK_DEBUG_ECHO_TOKEN:
        hint = "Unset it: together with DEBUG it gives every account to whoever asks."
        found.append(checks.Warning("MAGIC_LINK_DEBUG_ECHO_TOKEN is on.", hint=hint, id="identity.W002"))
    return found
