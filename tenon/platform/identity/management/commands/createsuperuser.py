"""Make an account that may do everything, through the same rules as every other."""

import os
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tenon.kernel import clock
from tenon.kernel.errors import Invalid
from tenon.platform.identity import services


class Command(BaseCommand):
    help = (
        "Makes a verified superuser. What is not given is asked for; with --noinput it is read from "
        "DJANGO_SUPERUSER_EMAIL and DJANGO_SUPERUSER_PASSWORD."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", default="")
        parser.add_argument("--noinput", "--no-input", action="store_false", dest="interactive")

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"] or os.environ.get("DJANGO_SUPERUSER_EMAIL", "")
        password = os.environ.get("DJANGO_SUPERUSER_PASSWORD", "")
        if options["interactive"]:
            email = email or input("Email address: ")
            password = password or _ask_twice()
        if not (email and password):
            raise CommandError("With --noinput, set DJANGO_SUPERUSER_EMAIL and DJANGO_SUPERUSER_PASSWORD.")
        try:
            user = services.create_superuser(email=email, password=password, now=clock.now())
        except Invalid as refusal:
            raise CommandError(" ".join(str(fault.detail) for fault in refusal.errors)) from None
        self.stdout.write(f"Superuser {user.email} made.")


def _ask_twice() -> str:
    password = getpass("Password: ")
    if getpass("Password (again): ") != password:
        raise CommandError("The two passwords differ.")
    return password
