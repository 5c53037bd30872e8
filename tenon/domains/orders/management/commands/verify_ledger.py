"""`manage.py verify_ledger`: whether the books of the orders are right."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenon.domains.orders.selectors.ledger import Fault, faults, sellers
from tenon.kernel.tenancy.scopes import organization_scope


class Command(BaseCommand):
    """Exits with 1 when anything is wrong, and names each order and transaction at fault."""

    help = "Add up the books of every organization, and name each order and transaction that is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", type=UUID, help="the id of one organization")

    def handle(self, *args: Any, organization: UUID | None, **options: Any) -> None:
        chosen = [organization] if organization else sellers()
        wrong = sum(len(self._verified(each)) for each in chosen)
        self.stdout.write(f"{len(chosen)} organizations")
        if wrong:
            raise CommandError(f"The books are wrong in {wrong} places.")
        self.stdout.write("The books are right.")

    def _verified(self, organization_id: UUID) -> list[Fault]:
        with organization_scope(organization_id, read_only=True):
            found = list(faults())
        for fault in found:
            self.stdout.write(f"{organization_id}: {fault.what} {fault.id} {fault.detail}")
        return found
