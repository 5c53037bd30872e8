"""`manage.py export_products`: write all products of an organization as a table."""

import sys
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenon.domains.catalog.management.organizations import add_organization, organization_named
from tenon.domains.catalog.services import imports


class Command(BaseCommand):
    help = "Write all products of an organization as CSV, which import_products reads."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="where to; - is the standard output")
        add_organization(parser)

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        organization_id = organization_named(options["organization"])
        if file == "-":
            _export(organization_id, sys.stdout.buffer)
            return
        try:
            with Path(file).open("wb") as target:
                number = _export(organization_id, target)
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from None
        self.stdout.write(f"{number} products are in {file}.")


def _export(organization_id: UUID, target: IO[bytes]) -> int:
    return imports.export(organization_id=organization_id, target=target, report=lambda progress: None)
