"""`manage.py seed_demo`: the demo accounts of `make run`, for a server that is started otherwise."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from tenon.delivery import demo
from tenon.kernel import clock


class Command(BaseCommand):
    help = "Makes the demo accounts, where they are missing, and prints their logins."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            logins = demo.seed(now=clock.now())
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from None
        for login in logins:
            self.stdout.write(f"{login.email}  {login.password}  ({login.about})")
