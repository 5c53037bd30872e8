"""Flags as staff keep them."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from tenon.kernel.errors import NotFound
from tenon.platform.flags.models import Flag


@dataclass(frozen=True, slots=True)
class FlagFacts:
    """A flag. `changed_by` is who last changed it; None: the system."""

    id: UUID
    key: str
    description: str
    is_enabled: bool
    is_exposed: bool
    rest: bool
    sticky_by: str
    rules: list[dict[str, Any]]
    variants: list[dict[str, Any]]
    changed_by: UUID | None
    created_at: datetime
    updated_at: datetime
    version: int


def facts_of(flag: Flag) -> FlagFacts:
    """The facts of a flag that is loaded already."""
    return FlagFacts(**{field.name: getattr(flag, field.name) for field in fields(FlagFacts)})


def flag_facts(*, key: str) -> FlagFacts:
    """One flag. Raises NotFound."""
    flag = Flag.objects.filter(key=key).first()
    if flag is None:
        raise NotFound
    return facts_of(flag)


def held_of(user_id: UUID) -> dict[str, list[str]]:
    """The flags whose rules name the person, and those that they changed last."""
    rows = list(Flag.objects.order_by("key").values_list("key", "rules", "changed_by"))
    named = [key for key, rules, _ in rows if any(str(user_id) in rule.get("users", ()) for rule in rules)]
    return {"named_in": named, "changed": [key for key, _, changed_by in rows if changed_by == user_id]}


def flags() -> QuerySet[Flag, Any]:
    """Every flag, as values with the names of FlagFacts."""
    rows: QuerySet[Flag, Any] = Flag.objects.values(*(field.name for field in fields(FlagFacts)))
    return rows
