"""`manage.py relay`: the relay as a process of its own."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tenon.kernel import workers
from tenon.kernel.outbox.worker import Relay


class Command(BaseCommand):
    """Runs until SIGTERM or SIGINT; then finishes the rows in hand and gives the others back."""

    help = "Deliver events and run jobs until stopped (SIGTERM or Ctrl-C). Any number may run."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            finished = workers.run_until_told(Relay())
        except workers.EndedByItself:
            raise CommandError("A relay thread has ended by itself; the log says why.") from None
        if not finished:
            raise CommandError("A row took too long; another relay takes it over when its lease ends.")
