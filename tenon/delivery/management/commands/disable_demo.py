"""`manage.py disable_demo`: nobody signs in with the published passwords of the demo any more."""

from typing import Any

from django.core.management.base import BaseCommand

from tenon.delivery import demo
from tenon.kernel import clock


class Command(BaseCommand):
    help = "Disables the demo accounts that still have their published passwords."

    def handle(self, *args: Any, **options: Any) -> None:
        disabled = demo.disable(now=clock.now())
        for login in disabled:
            self.stdout.write(f"{login.email} is disabled.")
        if not disabled:
            self.stdout.write("No account has a published password.")
