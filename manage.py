#!/usr/bin/env python3
"""Django's command line, on the development settings unless DJANGO_SETTINGS_MODULE says otherwise."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

INSTALLED = Path(__file__).resolve().parent / ".venv" / "bin" / "python"


def main() -> None:
    if find_spec("django") is None and INSTALLED.exists():  # run by the system's Python: hand over to the checkout's
        os.execv(INSTALLED, [str(INSTALLED), *sys.argv])  # nosec B606 (no shell is wanted)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenon.delivery.settings.development")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as refusal:  # written for operators: where it was raised, tells them nothing
        sys.exit(f"manage.py: {refusal}")


if __name__ == "__main__":
    main()
