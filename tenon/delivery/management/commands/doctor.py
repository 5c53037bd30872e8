"""`manage.py doctor`: what is configured, reachable and migrated, and what to do next. It prints no secret."""

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tenon.delivery.doctor import report


class Command(BaseCommand):
    """Ends with status 1 where something is broken; warnings and notes do not fail it."""

    help = "Say what is configured, reachable and migrated, and what an operator should do next."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="for machines: a list of findings")

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(report.findings())
        if options["json"]:
            self.stdout.write(json.dumps([asdict(finding) for finding in found], indent=2))
        else:
            colour = self.stdout.isatty() and not options["no_color"]
            self.stdout.write(report.page(found, colour=colour))
        if report.any_broken(found):
            sys.exit(1)
