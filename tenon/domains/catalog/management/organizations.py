"""Which organization a command is for."""

from typing import cast
from uuid import UUID

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from tenon.kernel.errors import NotFound
from tenon.kernel.principal import ANONYMOUS
from tenon.platform.organizations import selectors


def add_organization(parser: CommandParser) -> None:
    """The option `--organization`."""
    parser.add_argument("--organization", default="", help="its id or slug (default: DEFAULT_ORGANIZATION)")


def organization_named(reference: str) -> UUID:
    """The open organization of an id or a slug. Raises CommandError."""
    try:
        return cast(UUID, selectors.visiting(ANONYMOUS, reference, "").organization_id)
    except NotFound:
        raise CommandError(f"There is no organization {reference or settings.DEFAULT_ORGANIZATION!r}.") from None
