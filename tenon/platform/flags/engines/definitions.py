"""Reading a flag's rules and variants, as people write them, into what is evaluated; saying what is wrong with them."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tenon.kernel import permissions
from tenon.kernel.errors import FieldError
from tenon.platform.flags.engines.evaluation import OFF, ON, Definition, Rule, Variant
from tenon.platform.flags.errors import InvalidFlag

KEY = r"[a-z0-9_-]{1,64}"
MOST_RULES, MOST_VARIANTS, MOST_TARGETS, HEAVIEST = 50, 20, 1000, 10_000
STICKY = ("caller", "organization")

_NAME = re.compile(KEY)
_ROLE = re.compile(r"[a-z][a-z0-9_]{0,49}")
_WORD = re.compile(r"[a-z][a-z0-9_]*:[a-z][a-z0-9_]*")
_RULE_FIELDS = {"organizations", "users", "roles", "permissions", "percentage", "variant"}
_VARIANT_FIELDS = {"name", "value", "weight"}


def read(
    *, key: str, is_enabled: bool, is_exposed: bool, rest: bool, sticky_by: str, rules: Any, variants: Any
) -> Definition:
    """The flag, ready to be evaluated. Raises InvalidFlag with a pointer for each fault."""
    faults = [*_key(key), *_sticky(sticky_by), *_variants(variants)]
    found = variants if isinstance(variants, list) else []
    names = [each.get("name") for each in found if isinstance(each, dict)]
    faults += _rules(rules, [name for name in names if isinstance(name, str)])
    if faults:
        raise InvalidFlag(errors=faults)
    return compiled(
        key=key,
        is_enabled=is_enabled,
        is_exposed=is_exposed,
        rest=rest,
        sticky_by=sticky_by,
        rules=rules,
        variants=variants,
    )


def compiled(
    *,
    key: str,
    is_enabled: bool,
    is_exposed: bool,
    rest: bool,
    sticky_by: str,
    rules: Sequence[Mapping[str, Any]],
    variants: Sequence[Mapping[str, Any]],
) -> Definition:
    """The same of what was read once without fault."""
    found = tuple(Variant(each["name"], each.get("value"), each.get("weight", 1)) for each in variants)
    return Definition(
        key=key,
        is_enabled=is_enabled,
        is_exposed=is_exposed,
        rest=rest,
        sticky_by=sticky_by,
        rules=tuple(_rule(each) for each in rules),
        variants=found,
        by_name={variant.name: variant for variant in found},
        total_weight=sum(variant.weight for variant in found),
    )


def _rule(raw: Mapping[str, Any]) -> Rule:
    return Rule(
        organizations=frozenset(raw.get("organizations", ())),
        users=frozenset(raw.get("users", ())),
        roles=frozenset(raw.get("roles", ())),
        role_words=tuple(words for role in raw.get("roles", ()) if (words := permissions.of_role(role))),
        is_for_everybody=not any(raw.get(name) for name in _TARGETS),
        permissions=frozenset(raw.get("permissions", ())),
        percentage=float(raw.get("percentage", 100)),
        variant=raw.get("variant", ""),
    )


def _key(key: str) -> Iterator[FieldError]:
    if not _NAME.fullmatch(key):
        yield _fault("/key", _("A key is up to 64 of a to z, 0 to 9, _ and -."))


def _sticky(sticky_by: str) -> Iterator[FieldError]:
    if sticky_by not in STICKY:
        yield _fault("/sticky_by", _("This is one of: %(names)s.") % {"names": ", ".join(STICKY)})


def _variants(variants: Any) -> Iterator[FieldError]:
    if not isinstance(variants, list) or len(variants) > MOST_VARIANTS:
        yield _fault("/variants", _("This is a list of at most %(most)d.") % {"most": MOST_VARIANTS})
        return
    seen: set[str] = set()
    for index, each in enumerate(variants):
        here = f"/variants/{index}"
        if not isinstance(each, dict) or each.keys() - _VARIANT_FIELDS:
            yield _fault(here, _("A variant has: %(names)s.") % {"names": "name, value, weight"})
            continue
        name, weight = each.get("name"), each.get("weight", 1)
        if not isinstance(name, str) or not _NAME.fullmatch(name) or name in {*seen, ON, OFF}:
            yield _fault(f"{here}/name", _("A name of its own, of a to z, 0 to 9, _ and -; neither on nor off."))
        else:
            seen.add(name)
        if type(weight) is not int or not 0 <= weight <= HEAVIEST:
            yield _fault(f"{here}/weight", _("A whole number from 0 to %(most)d.") % {"most": HEAVIEST})


def _rules(rules: Any, names: Sequence[str]) -> Iterator[FieldError]:
    if not isinstance(rules, list) or len(rules) > MOST_RULES:
        yield _fault("/rules", _("This is a list of at most %(most)d.") % {"most": MOST_RULES})
        return
    for index, each in enumerate(rules):
        here = f"/rules/{index}"
        if not isinstance(each, dict) or each.keys() - _RULE_FIELDS:
            yield _fault(here, _("A rule has: %(names)s.") % {"names": ", ".join(sorted(_RULE_FIELDS))})
            continue
        for field, is_good in _TARGETS.items():
            values = each.get(field, [])
            good = isinstance(values, list) and len(values) <= MOST_TARGETS
            if not good or not all(isinstance(value, str) and is_good(value) for value in values):
                yield _fault(
                    f"{here}/{field}", _("This is a list of at most %(most)d of these.") % {"most": MOST_TARGETS}
                )
        percentage = each.get("percentage", 100)
        if type(percentage) not in (int, float) or not 0 <= percentage <= 100:
            yield _fault(f"{here}/percentage", _("A number from 0 to 100."))
        if "variant" in each and each["variant"] not in names:
            yield _fault(f"{here}/variant", _("The flag has no such variant."))


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


_TARGETS: dict[str, Callable[[str], object]] = {
    "organizations": _is_id,
    "users": _is_id,
    "roles": _ROLE.fullmatch,
    "permissions": _WORD.fullmatch,
}


def _fault(pointer: str, detail: str) -> FieldError:
    return FieldError(pointer, InvalidFlag.code, detail)
