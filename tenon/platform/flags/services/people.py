"""Forgetting people whom rules name."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tenon.kernel.principal import SYSTEM
from tenon.platform.flags.models import Flag
from tenon.platform.flags.services.flags import update_flag

_TARGETS = ("organizations", "users", "roles", "permissions")


def forget_person(*, user_id: UUID, now: datetime) -> None:
    """Take the person out of every rule; a rule that was for them alone goes. Who changed a flag stays an id."""
    for key, rules in Flag.objects.values_list("key", "rules"):
        kept = [_without(rule, str(user_id)) for rule in rules]
        # A rule without a target would be for everybody.
        left = [after for before, after in zip(rules, kept, strict=True) if before == after or _has_target(after)]
        if left != rules:
            update_flag(principal=SYSTEM, key=key, changes={"rules": left})


def _without(rule: dict[str, Any], user_id: str) -> dict[str, Any]:
    users = [each for each in rule.get("users", []) if each != user_id]
    return {**rule, "users": users} if len(users) < len(rule.get("users", [])) else rule


def _has_target(rule: dict[str, Any]) -> bool:
    return any(rule.get(name) for name in _TARGETS)
