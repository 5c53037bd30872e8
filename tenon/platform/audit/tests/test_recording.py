"""Rows are added with the change that they tell of, and say who, when, what and from where."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from tenon.kernel import caller
from tenon.kernel.caller import Caller
from tenon.kernel.http import request_id
from tenon.kernel.outbox.events import Event
from tenon.kernel.outbox.publishing import publish
from tenon.kernel.principal import ANONYMOUS, Principal, PrincipalKind
from tenon.kernel.tenancy.scopes import organization_scope, system_scope
from tenon.platform.audit import services
from tenon.platform.audit.engines import chain
from tenon.platform.audit.models import Entry
from tenon.platform.audit.tests.rows import NOW, add, entry

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class DoorOpened(Event):
    """A door of a house was opened."""

    name: ClassVar[str] = "audittests.door_opened"
    audited: ClassVar[str] = "audittests:door:opened"

    organization_id: UUID
    actor_id: UUID | None
    door_id: UUID
    api_token: str = ""
    key_id: UUID | None = None


@dataclass(frozen=True)
class BellRang(Event):
    """Somebody rang."""

    name: ClassVar[str] = "audittests.bell_rang"
    unaudited: ClassVar[str] = "nothing changed"


def opened(**values: object) -> DoorOpened:
    return DoorOpened(**{"organization_id": uuid4(), "actor_id": None, "door_id": uuid4(), **values})  # type: ignore[arg-type]


def only_entry() -> Entry:
    with system_scope(reason="a test looks", read_only=True):
        [found] = Entry.objects.select_related("detail").filter(action__startswith="audittests:")
    return found


def test_an_event_becomes_a_row_with_its_target_and_its_parameters():
    event = opened(key_id=uuid4())
    person = Principal(PrincipalKind.USER, uuid4())
    with request_id.bound("a-request"), caller.bound(Caller(person, ip="192.0.2.7")), transaction.atomic():
        publish(event)
    row = only_entry()
    assert (row.actor_kind, row.actor_id) == ("user", person.id)
    assert (row.action, row.target_type, row.target_id) == ("audittests:door:opened", "door", str(event.door_id))
    assert (row.organization_id, row.outcome, row.request_id) == (event.organization_id, "success", "a-request")
    assert row.detail.ip == "192.0.2.7"
    assert row.detail.parameters == f'{{"api_token":"[removed]","key_id":"{event.key_id}"}}'


def test_a_row_goes_with_the_change_that_did_not_happen():
    def fail() -> None:
        with transaction.atomic():
            publish(opened())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with system_scope(reason="a test looks", read_only=True):
        assert not Entry.objects.exists()


def test_an_event_that_is_not_audited_leaves_no_row():
    with transaction.atomic():
        publish(BellRang())
    with system_scope(reason="a test looks", read_only=True):
        assert not Entry.objects.exists()


def test_the_event_says_who_where_nobody_else_does():
    actor_id = uuid4()
    with caller.bound(Caller(ANONYMOUS)), transaction.atomic():
        publish(opened(actor_id=actor_id))
    row = only_entry()
    assert (row.actor_kind, row.actor_id) == ("user", actor_id)


def test_outside_of_a_request_it_was_the_system():
    with transaction.atomic():
        publish(opened())
    row = only_entry()
    assert (row.actor_kind, row.actor_id, row.detail.ip, row.request_id) == ("system", None, "", "")


def test_the_row_is_written_inside_any_organizations_scope():
    organization_id = uuid4()
    with organization_scope(organization_id):
        [mine], [other] = add(organization_id), add(None)
    assert entry(mine).organization_id == organization_id
    assert entry(other).organization_id is None


def test_what_was_refused_is_recorded_by_a_call():
    entry_id = services.record(
        action="identity:session:refused", outcome="refused", parameters={"reason": "x"}, now=NOW
    )
    row = entry(entry_id)
    assert (row.outcome, row.target_id, row.created_at) == ("refused", "", NOW)


def test_the_chain_gets_a_commitment_and_not_the_address():
    with caller.bound(Caller(ANONYMOUS, ip="192.0.2.7")):
        [entry_id] = add(uuid4())
    row = entry(entry_id)
    detail = row.detail
    assert row.commitment == chain.commitment(salt=detail.salt, ip="192.0.2.7", parameters='{"number":0}')
    assert len(detail.salt) == 32
