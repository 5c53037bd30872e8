"""`manage.py verify_audit`: whether the audit log is as it was written."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenon.platform.audit.engines.chain import NO_ORGANIZATION
from tenon.platform.audit.selectors import heads
from tenon.platform.audit.selectors.verification import Verified, chains, verify


class Command(BaseCommand):
    """Exits with 1 when anything was changed, and names the first row of each chain at fault."""

    help = "Hash every sealed row of the audit log again, and name the first that was changed, removed or put in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", help="the id of one organization, or `none` for what belongs to none")
        parser.add_argument("--heads", type=Path, help="a file of `audit_heads`: each head must still be in its chain")

    def handle(self, *args: Any, organization: str | None, **options: Any) -> None:
        found = [self._verified(chain) for chain in ([_chain(organization)] if organization else chains())]
        broken = [each for each in found if each.fault is not None]
        if options["heads"] is not None:
            broken += [each for each in [self._compared(options["heads"])] if each]
        places, waiting = sum(each.places for each in found), sum(each.waiting for each in found)
        self.stdout.write(f"{len(found)} chains, {places} rows, {waiting} waiting for their seal")
        if broken:
            raise CommandError(f"The audit log is not as it was written: {len(broken)} of its chains are broken.")
        self.stdout.write("The audit log is as it was written.")

    def _verified(self, chain: UUID) -> Verified:
        def tell(done: int, of: int) -> None:
            if of > done:
                self.stderr.write(f"{_name(chain)}: {done} of {of}")

        found = verify(chain, progress=tell)
        line = f"{_name(chain)}: {found.places} rows, {found.erased} erased in part"
        if found.first_seq > 1:
            line += f", from place {found.first_seq} on"
        if found.fault is not None:
            line += f"\n    BROKEN at place {found.fault.seq}, row {found.fault.entry_id}: {found.fault.what}"
        self.stdout.write(line)
        return found

    def _compared(self, path: Path) -> Any:
        try:
            faults = heads.compare(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise CommandError(f"{path} cannot be read as heads: {error}") from None
        for fault in faults:
            self.stdout.write(f"BROKEN: {fault}")
        if not faults:
            self.stdout.write(f"Every head in {path} is still in its chain.")
        return faults


def _chain(text: str) -> UUID:
    if text == "none":
        return NO_ORGANIZATION
    try:
        return UUID(text)
    except ValueError:
        raise CommandError("--organization is an id, or `none`.") from None


def _name(chain: UUID) -> str:
    return "none" if chain == NO_ORGANIZATION else str(chain)
