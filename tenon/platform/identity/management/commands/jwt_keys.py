"""Show which keys sign and verify access tokens."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from tenon.platform.identity.engines import access_tokens


class Command(BaseCommand):
    help = "Shows the generation of the signing key and the ids of the keys that verify: current, previous, next."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Generation {settings.JWT_KEY_GENERATION} signs (JWT_KEY_GENERATION).")
        for role, kid in zip(("current", "previous", "next"), access_tokens.accepted_keys(), strict=True):
            self.stdout.write(f"{role:<10}{kid}")
