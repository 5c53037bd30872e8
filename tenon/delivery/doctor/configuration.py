"""The settings: how this runs, and what production would refuse."""

import os
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

import tenon
from tenon.delivery.doctor.findings import Finding, broken, fine, note, warning
from tenon.delivery.settings import modules, safety
from tenon.kernel.env import Env

AREA = "Settings"


def way_of_running() -> Iterable[Finding]:
    """Version, settings module and address."""
    module = os.environ.get("DJANGO_SETTINGS_MODULE", "")
    yield fine(AREA, f"Tenon {tenon.__version__}, {module}, at {settings.SITE_URL}")
    if settings.DEBUG:
        yield note(AREA, "DEBUG is on: for a developer's machine only")
    yield fine(AREA, f"products: {', '.join(settings.TENON_MODULES) or 'none'}")
    if off := [name for name in modules.MODULES if name not in settings.TENON_MODULES]:
        yield note(AREA, f"switched off by TENON_MODULES: {', '.join(off)}; their tables stay as they are")


def safe_for_production() -> Iterable[Finding]:
    """What production refuses. There it did not start; elsewhere it is good to know before."""
    values = {name: getattr(settings, name) for name in dir(settings) if name.isupper()}
    faults = safety.faults(values, Env(os.environ))
    for fault in faults:
        if settings.DEBUG:
            yield note("Before production", fault)
        else:
            yield broken(AREA, fault, "Set it; production refuses to start without.")
    if not faults:
        yield fine(AREA, "safe for production")
    if not settings.DEBUG and settings.USE_HTTPS and not settings.TRUSTED_PROXY_COUNT:
        advice = "Behind a proxy, set TRUSTED_PROXY_COUNT: else limits count the proxy, and HTTPS is not recognized."
        yield warning(AREA, "HTTPS is on and no proxy is trusted", advice)


def static_files() -> Iterable[Finding]:
    """The files of the portal and the documentation."""
    root: Path | None = settings.STATIC_ROOT
    if root is not None and (root / "staticfiles.json").is_file():
        yield fine("Static files", "collected, compressed and named by their hash")
    elif settings.DEBUG:
        yield fine("Static files", "served out of the packages")
    else:
        yield warning("Static files", "not collected: served slowly", "Run `manage.py collectstatic --no-input`.")
