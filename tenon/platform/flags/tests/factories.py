"""Flags and callers for tests."""

from typing import Any
from uuid import UUID

from tenon.kernel.principal import SYSTEM, Principal, PrincipalKind
from tenon.platform.flags import selectors, services
from tenon.platform.flags.engines import definitions
from tenon.platform.flags.engines.evaluation import Definition
from tenon.platform.flags.selectors import FlagFacts

__all__ = ["SYSTEM", "defined", "make_flag", "person"]


def defined(key: str = "feature", **values: Any) -> Definition:
    """A flag that is enabled, without a table."""
    whole = {
        "is_enabled": True,
        "is_exposed": False,
        "rest": False,
        "sticky_by": "caller",
        "rules": [],
        "variants": [],
        **values,
    }
    return definitions.read(key=key, **whole)


def make_flag(key: str = "feature", **values: Any) -> FlagFacts:
    """A flag that is enabled, known to this process at once."""
    made = services.create_flag(principal=SYSTEM, key=key, **{"is_enabled": True, **values})
    selectors.forget()
    return made


def person(number: int = 1, *permissions: str, organization: int | None = None) -> Principal:
    """Somebody signed in."""
    return Principal(
        PrincipalKind.USER,
        UUID(int=number),
        organization_id=None if organization is None else UUID(int=organization),
        permissions=frozenset(permissions),
    )
