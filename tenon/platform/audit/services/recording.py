"""Adding rows: by the events that apps publish, and by calls where there is no event, as for what was refused."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import transaction

from tenon.kernel import caller, clock
from tenon.kernel.http import request_id
from tenon.kernel.ids import new_id
from tenon.kernel.observability import redaction
from tenon.kernel.outbox.encoding import encode
from tenon.kernel.outbox.events import Event
from tenon.kernel.principal import Principal, PrincipalKind
from tenon.platform.audit.engines import chain
from tenon.platform.audit.models import TARGET_LENGTH, Detail, Entry, Outcome

# Fields of an event that an entry has columns for.
_COLUMNS = {"organization_id", "actor_id"}


def note_event(event: Event, *, organization_id: UUID | None) -> None:
    """Add the row that an event declares, in the transaction that publishes it; nothing for one that declares none."""
    if not event.audited:
        return
    kind: Any = type(event)
    subject, target, parameters = _plan(kind)
    record(
        action=event.audited,
        target_type=subject,
        target_id=getattr(event, target),
        organization_id=organization_id or getattr(event, "organization_id", None),
        parameters={name: getattr(event, name) for name in parameters},
        actor_id=getattr(event, "actor_id", None),
        now=clock.now(),
    )


def record(
    *,
    action: str,
    target_type: str = "",
    target_id: object = "",
    organization_id: UUID | None = None,
    parameters: Mapping[str, Any] | None = None,
    outcome: str = Outcome.SUCCESS,
    actor_id: UUID | None = None,
    now: datetime,
) -> UUID:
    """Add one row, in the caller's transaction if there is one. Returns its id.

    `action` is `<source>:<subject>:<verb>`. `parameters` hold what an event may hold; whatever looks like a secret is
    removed. Who did it, and from where, is what `kernel/caller` knows; `actor_id` is the person where it knows nobody.
    """
    who = _who(actor_id)
    known = caller.current()
    text = chain.as_text(_harmless(parameters or {}))
    salt, entry_id = chain.new_salt(), new_id()
    # No savepoint: if this fails, so must what it tells of.
    with transaction.atomic(savepoint=False):
        Entry.objects.create(
            id=entry_id,
            created_at=now,
            actor_kind=who.kind.value,
            actor_id=who.id,
            action=action,
            target_type=target_type,
            target_id=str(target_id)[:TARGET_LENGTH],
            organization_id=organization_id,
            outcome=outcome,
            request_id=request_id.current(),
            commitment=chain.commitment(salt=salt, ip=known.ip, parameters=text),
        )
        Detail.objects.create(
            entry_id=entry_id,
            organization_id=organization_id,
            salt=salt,
            ip=known.ip,
            parameters=text,
            waits_in=organization_id or chain.NO_ORGANIZATION,
        )
    return entry_id


def _who(actor_id: UUID | None) -> Principal:
    principal = caller.current().principal
    if principal.id is None and actor_id is not None:
        return Principal(PrincipalKind.USER, actor_id)
    return principal


@cache
def _plan(event: type[Event]) -> tuple[str, str, tuple[str, ...]]:
    """What the event is about, the field that holds its id, and the fields that are parameters."""
    subject = event.audited.split(":")[1]
    target = event.audit_target or f"{subject}_id"
    names = [field.name for field in fields(event)]
    return subject, target, tuple(name for name in names if name not in {*_COLUMNS, target})


def _harmless(parameters: Mapping[str, Any]) -> dict[str, Any]:
    encoded = {name: encode(value) for name, value in parameters.items()}
    # An id is no secret, whatever it is the id of.
    return {
        name: value if name.endswith(("_id", "_ids")) else redaction.clean(value, field=name)
        for name, value in encoded.items()
    }
