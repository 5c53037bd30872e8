"""`manage.py relay`: the relay as a process of its own."""

import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tenon.kernel.outbox.worker import Relay


class Command(BaseCommand):
    """Runs until SIGTERM or SIGINT; then finishes the rows in hand and gives the others back."""

    help = "Deliver events and run jobs until stopped (SIGTERM or Ctrl-C). Any number may run."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        told = threading.Event()

        def tell(signum: int, frame: FrameType | None) -> None:
            told.set()

        before = {number: signal.signal(number, tell) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            relay = Relay()
            relay.start()
            while not told.wait(1) and relay.alive:
                pass
            finished = relay.stop()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        if not told.is_set():
            raise CommandError("A relay thread has ended by itself; the log says why.")
        if not finished:
            raise CommandError("A row took too long; another relay takes it over when its lease ends.")
