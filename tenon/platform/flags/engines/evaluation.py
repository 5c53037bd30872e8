"""Which value a flag has for a subject, and why (OpenFeature's words for reasons and error codes).

Rules are asked in order, and the first that takes the subject in decides. A rule takes in whoever it targets (no
target: everybody), or of those the share `percentage`. Where none does, the flag's `rest` holds.

Shares are sticky: bucket = the first 8 bytes of BLAKE2b(`<salt>:<flag key>:<subject>`) as a big-endian number, modulo
100 000; a subject is in a share of p percent when its bucket is below p x 1000. So whoever is in at 10 % is in at 20 %
too, and two flags divide people differently. The salt is `share` for a rule's percentage and `variant` for the choice
among variants, by their weights in the order of the flag.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from typing import Any

from tenon.kernel.principal import Principal

BUCKETS = 100_000
OFF, ON = "off", "on"


class Reason(StrEnum):
    """Why a flag has its value."""

    STATIC = "STATIC"
    TARGETING_MATCH = "TARGETING_MATCH"
    SPLIT = "SPLIT"
    DISABLED = "DISABLED"
    DEFAULT = "DEFAULT"
    ERROR = "ERROR"


class ErrorCode(StrEnum):
    """What stood in the way; the flag is off then."""

    FLAG_NOT_FOUND = "FLAG_NOT_FOUND"
    PROVIDER_NOT_READY = "PROVIDER_NOT_READY"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A flag's value for one subject."""

    key: str
    is_on: bool
    variant: str
    value: Any
    reason: Reason
    error_code: ErrorCode | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """One of the values of a flag that is on. `weight` is its share among the others'."""

    name: str
    value: Any
    weight: int


@dataclass(frozen=True, slots=True)
class Rule:
    """Whom it targets, what share of them it takes in, and which variant they get ("": by weights).

    `role_words` are the words that each of `roles` has by default: a principal knows words, not roles, and has a role
    whose words it has all.
    """

    organizations: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    role_words: tuple[frozenset[str], ...] = ()
    is_for_everybody: bool = True
    percentage: float = 100.0
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """A flag. `sticky_by` says who counts as one subject: a caller, or an organization as a whole."""

    key: str
    is_enabled: bool
    rest: bool
    rules: tuple[Rule, ...] = ()
    variants: tuple[Variant, ...] = ()
    sticky_by: str = "caller"
    is_exposed: bool = False
    by_name: Mapping[str, Variant] = field(default_factory=dict)
    total_weight: int = 0


@dataclass(frozen=True, slots=True)
class Context:
    """What the caller's code knows beside the principal.

    `subject` names an anonymous caller, as a cart's id does; `roles` are names of roles that only an organization
    knows; `organization_id` stands in where the principal acts in none.
    """

    subject: str = ""
    roles: frozenset[str] = frozenset()
    organization_id: str = ""


NO_CONTEXT = Context()


def missing(key: str, code: ErrorCode) -> Evaluation:
    """A flag that there is not, or not yet: off."""
    return Evaluation(key, False, OFF, False, Reason.ERROR, code)


def evaluate(flag: Definition, principal: Principal, context: Context) -> Evaluation:
    """What `flag` is for `principal`."""
    if not flag.is_enabled:
        return Evaluation(flag.key, False, OFF, False, Reason.DISABLED)
    organization = str(principal.organization_id or "") or context.organization_id
    user = str(principal.id or "")
    subject = organization if flag.sticky_by == "organization" else user or context.subject
    for rule in flag.rules:
        if not (rule.is_for_everybody or _targets(rule, principal.permissions, context.roles, organization, user)):
            continue
        if rule.percentage >= 100:
            return _on(flag, rule.variant, subject, Reason.TARGETING_MATCH)
        # A caller without a name would be in with one request and out with the next.
        if subject and bucket("share", flag.key, subject) < rule.percentage * (BUCKETS / 100):
            return _on(flag, rule.variant, subject, Reason.SPLIT)
    reason = Reason.DEFAULT if flag.rules else Reason.STATIC
    return _on(flag, "", subject, reason) if flag.rest else Evaluation(flag.key, False, OFF, False, reason)


def bucket(salt: str, key: str, subject: str) -> int:
    """Where `subject` stands among 100 000, the same in every process and for ever."""
    digest = blake2b(f"{salt}:{key}:{subject}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % BUCKETS


def _targets(rule: Rule, words: frozenset[str], named: frozenset[str], organization: str, user: str) -> bool:
    if user in rule.users or organization in rule.organizations:
        return True
    if rule.permissions and not rule.permissions.isdisjoint(words):
        return True
    if not rule.roles:
        return False
    return not rule.roles.isdisjoint(named) or any(each <= words for each in rule.role_words)


def _on(flag: Definition, name: str, subject: str, reason: Reason) -> Evaluation:
    if not flag.variants:
        return Evaluation(flag.key, True, ON, True, reason)
    chosen = flag.by_name.get(name)
    if chosen is None:
        chosen, reason = _weighed(flag, subject), Reason.SPLIT if len(flag.variants) > 1 else reason
    return Evaluation(flag.key, True, chosen.name, chosen.value, reason)


def _weighed(flag: Definition, subject: str) -> Variant:
    """The variant of `subject`; the first for a caller without a name."""
    if not subject or not flag.total_weight:
        return flag.variants[0]
    point = bucket("variant", flag.key, subject) * flag.total_weight // BUCKETS
    for variant in flag.variants:
        if point < variant.weight:
            return variant
        point -= variant.weight
    raise AssertionError("the weights cover every bucket")
