"""What outsiders are told: public events of an organization, to each subscriber once, in one form."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar
from uuid import UUID, uuid4

import jsonschema
import pytest
from django.db import transaction

from tenon.kernel import clock
from tenon.kernel.outbox import catalogue, events, json_schema, openapi, registry
from tenon.kernel.outbox.errors import UnknownName
from tenon.kernel.outbox.events import Event
from tenon.kernel.outbox.models import Entry, Receipt
from tenon.kernel.outbox.public import PublicEvent
from tenon.kernel.outbox.publishing import publish
from tenon.kernel.outbox.tests.samples import Happened, again, run

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> list[PublicEvent]:
    """Fills with what a subscriber of public events is called with."""
    seen: list[PublicEvent] = []

    @registry.subscribe_public
    def note(event: PublicEvent) -> None:
        seen.append(event)

    return seen


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A public event of every kind of field, known in this test alone."""
    monkeypatch.setattr(events, "_known", dict(events._known))

    @dataclass(frozen=True)
    class Opened(Event):
        """A door was opened.

        By hand.
        """

        name: ClassVar[str] = "samples.opened"
        public: ClassVar[bool] = True
        example: ClassVar[Mapping[str, Any]] = {"door": "front"}

        door: Annotated[str, "Which."]
        price: Decimal | None = None
        at: datetime | None = None
        day: date = date(2026, 1, 1)
        guests: tuple[UUID, ...] = ()
        pair: tuple[str, int] = ("a", 1)
        more: dict[str, Any] | None = None
        anything: Any = None

    return Opened


def tell(event: Event, **options: Any) -> Entry:
    with transaction.atomic():
        entry_id = publish(event, **options)
    return Entry.objects.get(id=entry_id)


def test_a_subscriber_gets_what_outsiders_may_see(opened: Any, told: list[PublicEvent]) -> None:
    organization_id = uuid4()
    entry = tell(opened(door="back", price=Decimal("1.50")), organization_id=organization_id)
    assert run() == 1
    [event] = told
    assert (event.id, event.type, event.organization_id) == (entry.id, "samples.opened", organization_id)
    assert event.occurred_at == entry.created_at
    assert event.data["door"] == "back"
    assert event.body() == {
        "id": str(entry.id),
        "type": "samples.opened",
        "timestamp": clock.rfc3339(entry.created_at),
        "organization_id": str(organization_id),
        "data": event.data,
    }
    assert again(entry).delivered_at is not None


@pytest.mark.parametrize("payload", [None, {"door": "back", "removed": 1}])
def test_an_older_event_fits_the_schema_too(opened: Any, told: list[PublicEvent], payload: object) -> None:
    tell(opened(door="back"), organization_id=uuid4())
    if payload:
        Entry.objects.update(payload=payload)
    run()
    [event] = told
    assert payload or set(event.data) == {"door", "price", "at", "day", "guests", "pair", "more", "anything"}
    jsonschema.validate(event.data, json_schema.schema_of(opened))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({}, json_schema.schema_of(opened))


def test_what_is_not_public_or_of_no_organization_is_not_told(opened: Any, told: list[PublicEvent]) -> None:
    tell(Happened(1), organization_id=uuid4())
    tell(opened(door="back"))
    assert run() == 2
    assert told == []


def test_each_subscriber_takes_an_event_once(opened: Any, told: list[PublicEvent]) -> None:
    @registry.subscribe_public
    def refuse(event: PublicEvent) -> None:
        raise LookupError

    entry = tell(opened(door="back"), organization_id=uuid4())
    run()
    run()
    assert "refuse: LookupError" in again(entry).last_error
    assert len(told) == 1
    assert Receipt.objects.get(entry_id=entry.id).consumer.endswith("note")


def test_a_subscriber_subscribes_once() -> None:
    def note(event: PublicEvent) -> None: ...

    registry.subscribe_public(note)
    with pytest.raises(ValueError, match="already listens"):
        registry.subscribe_public(note)


@dataclass(frozen=True)
class Owned(Event):
    """Something of an organization."""

    name: ClassVar[str] = "samples.owned"

    organization_id: UUID


def test_an_event_says_itself_whose_it_is() -> None:
    organization_id = uuid4()
    assert tell(Owned(organization_id)).organization_id == organization_id
    assert tell(Owned(organization_id), organization_id=organization_id).organization_id == organization_id
    with pytest.raises(ValueError, match="another organization"):
        tell(Owned(organization_id), organization_id=uuid4())


def test_the_catalogue_describes_what_is_public_only(opened: Any) -> None:
    assert "samples.opened" in {each.name for each in catalogue.catalogue()}
    assert "samples.happened" not in {each.name for each in catalogue.catalogue()}
    found = catalogue.find("samples.opened")
    assert (found.summary, found.description) == ("A door was opened", "By hand.")
    assert found.schema["properties"]["door"] == {"type": "string", "description": "Which."}
    assert found.schema["properties"]["price"]["type"] == ["string", "null"]
    assert found.schema["properties"]["anything"] == {}
    assert found.example.data["door"] == "front"
    for hidden in ("samples.happened", "samples.nothing"):
        with pytest.raises(UnknownName):
            catalogue.find(hidden)


def test_every_public_event_has_words_and_a_true_example(opened: Any) -> None:
    for each in catalogue.catalogue():
        assert 3 < len(each.summary) <= 80, each.name
        schema = openapi.body_schema(each)
        jsonschema.validate(each.example.body(), schema, format_checker=jsonschema.FormatChecker())
        event = events.event_class(each.name)
        assert set(event.example) <= set(each.schema["properties"]), each.name
