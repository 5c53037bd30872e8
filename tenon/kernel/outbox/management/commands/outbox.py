"""`manage.py outbox`: see what waits and what is dead; retry and purge. Payloads are never shown."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenon.kernel import clock
from tenon.kernel.outbox import backlog, upkeep
from tenon.kernel.outbox.models import Entry


class Command(BaseCommand):
    """Without a subcommand: the numbers."""

    help = "Show the outbox: numbers, waiting rows, dead letters; retry dead letters; purge."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", metavar="list | dead | retry | purge")
        for action, about in (("list", "rows that wait"), ("dead", "dead letters, with their last error")):
            shown = actions.add_parser(action, help=about)
            shown.add_argument("--limit", type=int, default=50)
        retried = actions.add_parser("retry", help="make dead letters due again")
        retried.add_argument("id", nargs="*", type=UUID)
        retried.add_argument("--all", action="store_true", help="every dead letter")
        retried.add_argument("--name", default="", help="only those of this event or job")
        purged = actions.add_parser("purge", help="delete delivered rows, and with --dead dead letters, too")
        purged.add_argument("--days", type=int, default=settings.OUTBOX_KEEP_DELIVERED_DAYS, help="older than this")
        purged.add_argument("--dead", action="store_true")

    def handle(self, *args: Any, action: str | None, **options: Any) -> None:
        match action:
            case "list":
                self._show(Entry.objects.pending().order_by("available_at")[: options["limit"]])
            case "dead":
                self._show(Entry.objects.dead().order_by("-dead_at")[: options["limit"]])
            case "retry":
                self._retry(**options)
            case "purge":
                self._purge(days=options["days"], dead=options["dead"])
            case _:
                self._numbers()

    def _numbers(self) -> None:
        now = backlog.measure(now=clock.now())
        self.stdout.write(f"due {now.due}  in progress {now.in_progress}  later {now.later}  dead {now.dead}")
        self.stdout.write(f"longest overdue by {now.lag.total_seconds():.0f} s")

    def _show(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            moment = entry.dead_at or entry.available_at
            self.stdout.write(f"{entry.id}  {entry.name}  attempts {entry.attempts}  {moment:%Y-%m-%d %H:%M:%S}Z")
            if entry.last_error:
                self.stdout.write(f"    {entry.last_error}")

    def _retry(self, **options: Any) -> None:
        if not options["id"] and not options["all"]:
            raise CommandError("Name the ids of dead letters, or use --all.")
        entry_ids = None if options["all"] else options["id"]
        count = upkeep.retry(now=clock.now(), entry_ids=entry_ids, name=options["name"])
        self.stdout.write(f"{count} made due again")
        if entry_ids and count < len(set(entry_ids)):
            raise CommandError(f"{len(set(entry_ids)) - count} of the ids name no dead letter.")

    def _purge(self, *, days: int, dead: bool) -> None:
        before = clock.now() - timedelta(days=days)
        count = upkeep.purge(delivered_before=before, dead_before=before if dead else None)
        self.stdout.write(f"{count} deleted")
