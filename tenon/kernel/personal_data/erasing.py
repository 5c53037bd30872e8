"""Forgetting a person, everywhere."""

from datetime import datetime
from uuid import UUID

from tenon.kernel.personal_data.registry import holdings
from tenon.kernel.tenancy.scopes import system_scope


def erase(*, user_id: UUID, now: datetime) -> None:
    """Have every holding forget the person, each in a transaction of its own, the account last.

    What was interrupted is begun again from the first: every holding bears being asked twice.
    """
    for holding in holdings():
        with system_scope(reason="a person is erased from the rows of every organization"):
            holding.erase(user_id=user_id, now=now)
