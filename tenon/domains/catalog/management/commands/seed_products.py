"""`manage.py seed_products`: products to look at and to measure with, the same ones each time."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenon.domains.catalog.management.organizations import add_organization, organization_named
from tenon.domains.catalog.services import seeding
from tenon.kernel import clock
from tenon.kernel.errors import TenonError


class Command(BaseCommand):
    help = "Make the first COUNT sample products with their categories, where they are missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", type=int, default=50, help="how many there are to be (default: %(default)s)")
        parser.add_argument("--clear", action="store_true", help="remove all sample products before")
        parser.add_argument("--categories-only", action="store_true", help="make no products")
        parser.add_argument("--currency", default="", help="of the prices (default: DEFAULT_CURRENCY)")
        add_organization(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["count"] < 0:
            raise CommandError("--count is 0 or more.")
        self._count, self._began = options["count"], time.monotonic()
        try:
            seeded = seeding.seed_products(
                organization_id=organization_named(options["organization"]),
                count=options["count"],
                currency=options["currency"] or settings.DEFAULT_CURRENCY,
                now=clock.now(),
                clear=options["clear"],
                categories_only=options["categories_only"],
                say=self._say if options["verbosity"] > 1 or options["count"] > seeding.BATCH else seeding.silently,
            )
        except TenonError as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(
            f"{seeded.categories} categories and {seeded.products} products made, {seeded.removed} products removed."
        )

    def _say(self, number: int) -> None:
        rate = number / max(time.monotonic() - self._began, 0.001)
        self.stdout.write(f"{number:,} of {self._count:,}, {rate:,.0f} a second …")
