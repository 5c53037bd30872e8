"""`manage.py deliver_webhooks`: the dispatcher of webhooks as a process of its own."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tenon.kernel import workers
from tenon.platform.webhooks.services.dispatcher import Dispatcher


class Command(BaseCommand):
    """Runs until SIGTERM or SIGINT; then finishes what is under way."""

    help = "Send webhooks until stopped (SIGTERM or Ctrl-C). Any number may run."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            finished = workers.run_until_told(Dispatcher())
        except workers.EndedByItself:
            raise CommandError("The dispatcher has ended by itself; the log says why.") from None
        if not finished:
            raise CommandError("An attempt took too long; another dispatcher sends it when its lease ends.")
