"""`manage.py seed_demo`: the demo accounts of `make run`, for a server that is started otherwise."""

from typing import Any

from django.core.management.base import BaseCommand

from tenon.delivery import demo
from tenon.kernel import clock


class Command(BaseCommand):
    help = "Makes the demo accounts, where they are missing, and prints their logins."

    def handle(self, *args: Any, **options: Any) -> None:
        for login in demo.seed(now=clock.now()):
            self.stdout.write(f"{login.email}  {login.password}  ({login.about})")
