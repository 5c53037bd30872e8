"""`manage.py audit_heads`: where every chain ends now, signed, to be kept somewhere else."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from tenon.kernel import clock
from tenon.platform.audit.selectors import heads


class Command(BaseCommand):
    """Whoever rewrites the audit log from here on cannot rewrite what was printed."""

    help = "Print the heads of all chains of the audit log as signed JSON. `verify_audit --heads FILE` compares them."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(heads.export(now=clock.now()), indent=2))
