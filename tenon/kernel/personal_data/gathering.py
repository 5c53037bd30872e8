"""Handing a person everything that is held of them."""

from typing import Any
from uuid import UUID

from tenon.kernel.personal_data.registry import holdings
from tenon.kernel.tenancy.scopes import system_scope


def gather(*, user_id: UUID) -> dict[str, Any]:
    """What each holding keeps of the person, by its name."""
    gathered = {}
    for holding in holdings():
        with system_scope(reason="a person asks for what is held of them anywhere", read_only=True):
            gathered[holding.name] = holding.export(user_id)
    return gathered
