"""`manage.py import_products`: take in a table of products from a file of this machine."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenon.domains.catalog.errors import UnreadableTable
from tenon.domains.catalog.management.organizations import add_organization, organization_named
from tenon.domains.catalog.selectors.imports import rejected_table
from tenon.domains.catalog.services import imports
from tenon.kernel import clock
from tenon.kernel.principal import SYSTEM
from tenon.kernel.tenancy.scopes import organization_scope


class Command(BaseCommand):
    """Ends with status 1 where rows were rejected."""

    help = "Take in products from a CSV file: rows make products, or change those that have their SKU."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="look at every row, and change nothing")
        parser.add_argument("--currency", default="", help="of rows without one (default: DEFAULT_CURRENCY)")
        add_organization(parser)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        organization_id = organization_named(options["organization"])
        currency = options["currency"] or settings.DEFAULT_CURRENCY
        try:
            content = file.open("rb")
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
        with content:
            with organization_scope(organization_id):
                table = imports.begin(principal=SYSTEM, dry_run=options["dry_run"], currency=currency, now=clock.now())
            try:
                result = imports.run(
                    organization_id=organization_id,
                    import_id=table.id,
                    content=content,
                    size=file.stat().st_size,
                    report=lambda progress: None,
                    now=clock.now(),
                )
            except UnreadableTable as refusal:
                raise CommandError(f"{refusal} ({refusal.extra['reason']})") from None
        done = "would be" if options["dry_run"] else "were"
        self.stdout.write(
            f"{result['created']} products {done} made, {result['updated']} changed, {result['unchanged']} are as they "
            f"were, {result['rejected']} rows {done} rejected."
        )
        if result["rejected"]:
            self.stderr.write(rejected_table(organization_id=organization_id, import_id=table.id))
            raise SystemExit(1)
