"""Changing flags. Each change is an event, and every process knows of it within a second."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from tenon.kernel.errors import NotFound
from tenon.kernel.first_rows import insert_missing
from tenon.kernel.ids import new_id
from tenon.kernel.outbox.publishing import publish
from tenon.kernel.principal import Principal
from tenon.platform.flags import policies
from tenon.platform.flags.engines import definitions
from tenon.platform.flags.errors import FlagTaken
from tenon.platform.flags.events import FlagCreated, FlagDeleted, FlagEvent, FlagUpdated
from tenon.platform.flags.models import Flag, Generation
from tenon.platform.flags.selectors import FlagFacts, facts_of, listening
from tenon.platform.flags.selectors.snapshot import snapshot

Precondition = Callable[[FlagFacts], None]
_ROW = 1


def create_flag(*, principal: Principal, key: str, **values: Any) -> FlagFacts:
    """Make a flag; off for everybody unless `values` say otherwise, which are fields of FlagFacts.

    Raises Forbidden, InvalidFlag, FlagTaken.
    """
    policies.require_manage(principal)
    flag = Flag(key=key, changed_by=principal.id, **values)
    _require_valid(flag)
    with _change():
        if Flag.objects.filter(key=key).exists():
            raise FlagTaken
        flag.save(force_insert=True)
        _tell(FlagCreated(flag.id, principal.id, key, flag.version, flag.is_enabled))
        return facts_of(flag)


def update_flag(
    *,
    principal: Principal,
    key: str,
    changes: Mapping[str, Any],
    precondition: Precondition = lambda facts: None,
) -> FlagFacts:
    """Give fields of a flag other values; its key stays.

    `precondition` sees the flag in its turn and raises when it is not what the caller has read.
    Raises Forbidden, NotFound, InvalidFlag and what `precondition` raises.
    """
    policies.require_manage(principal)
    with _change():
        flag = _find(key)
        precondition(facts_of(flag))
        fields = sorted(name for name, value in changes.items() if getattr(flag, name) != value)
        if not fields:
            return facts_of(flag)
        for name in fields:
            setattr(flag, name, changes[name])
        _require_valid(flag)
        flag.changed_by = principal.id
        flag.save(update_fields=[*fields, "changed_by", "updated_at", "version"])
        _tell(FlagUpdated(flag.id, principal.id, key, flag.version, flag.is_enabled, tuple(fields)))
        return facts_of(flag)


def set_flag(*, principal: Principal, key: str, **values: Any) -> FlagFacts:
    """Make the flag so, whether or not it is there: `set_flag(principal=…, key="checkout", is_enabled=False)`.

    Raises Forbidden, InvalidFlag.
    """
    try:
        return update_flag(principal=principal, key=key, changes=values)
    except NotFound:
        return create_flag(principal=principal, key=key, **values)


def delete_flag(*, principal: Principal, key: str, precondition: Precondition = lambda facts: None) -> None:
    """Delete a flag, which is off from then on. Raises Forbidden, NotFound and what `precondition` raises."""
    policies.require_manage(principal)
    with _change():
        flag = _find(key)
        precondition(facts_of(flag))
        flag_id = flag.id
        flag.delete()
        _tell(FlagDeleted(flag_id, principal.id, key, flag.version))


@contextmanager
def _change() -> Iterator[None]:
    """Take the turn of changing flags, and let every process know once it is done."""
    with transaction.atomic():
        mark = new_id()
        if not Generation.objects.filter(pk=_ROW).update(mark=mark):
            insert_missing([Generation(pk=_ROW)])
            Generation.objects.filter(pk=_ROW).update(mark=mark)
        yield
        transaction.on_commit(_let_know)


def _let_know() -> None:
    snapshot.is_stale()
    listening.tell()


def _find(key: str) -> Flag:
    flag = Flag.objects.filter(key=key).first()
    if flag is None:
        raise NotFound
    return flag


def _require_valid(flag: Flag) -> None:
    definitions.read(
        key=flag.key,
        is_enabled=flag.is_enabled,
        is_exposed=flag.is_exposed,
        rest=flag.rest,
        sticky_by=flag.sticky_by,
        rules=flag.rules,
        variants=flag.variants,
    )


def _tell(event: FlagEvent) -> None:
    publish(event, aggregate=f"flag:{event.key}")
