"""Events are known by name, and come back from JSON as they went."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenon.kernel.outbox.encoding import arguments_from_json, decode, encode, event_from_json, event_to_json
from tenon.kernel.outbox.errors import Undecodable, UnknownName
from tenon.kernel.outbox.events import Event, event_class


@dataclass(frozen=True)
class Everything(Event):
    """One field of each kind."""

    name: ClassVar[str] = "samples.everything"

    identity: UUID
    at: datetime
    day: date
    price: Decimal
    word: str
    count: int
    done: bool
    maybe: UUID | None
    several: tuple[UUID, ...]
    pair: tuple[str, int]
    nested: tuple[tuple[Decimal, ...], ...] = ()


class Colour(StrEnum):
    RED = "red"


class Size(IntEnum):
    LARGE = 3


EVERYTHING = st.builds(
    Everything,
    identity=st.uuids(),
    at=st.datetimes(timezones=st.timezones()),
    day=st.dates(),
    price=st.decimals(allow_nan=False, allow_infinity=False),
    word=st.text(),
    count=st.integers(),
    done=st.booleans(),
    maybe=st.none() | st.uuids(),
    several=st.lists(st.uuids()).map(tuple),
    pair=st.tuples(st.text(), st.integers()),
    nested=st.lists(st.lists(st.decimals(allow_nan=False)).map(tuple)).map(tuple),
)


def everything(**changes: Any) -> Everything:
    values: dict[str, Any] = {
        "identity": uuid4(),
        "at": datetime(2026, 11, 20, 8, 0, tzinfo=UTC),
        "day": date(2026, 11, 20),
        "price": Decimal("24.90"),
        "word": "word",
        "count": 1,
        "done": False,
        "maybe": None,
        "several": (),
        "pair": ("a", 1),
    }
    return Everything(**{**values, **changes})


@given(EVERYTHING)
def test_an_event_comes_back_as_it_went(event: Everything) -> None:
    payload = event_to_json(event)
    read = event_from_json(Everything, json.loads(json.dumps(payload)))
    assert replace(read, at=event.at) == event
    assert read.at.isoformat() == event.at.isoformat()


def test_members_of_enumerations_go_as_their_values() -> None:
    event = everything(word=Colour.RED, count=Size.LARGE)
    payload = event_to_json(event)
    assert (type(payload["word"]), type(payload["count"])) == (str, int)
    assert event_from_json(Everything, payload) == event


@pytest.mark.parametrize(
    "changes",
    [
        {"identity": "no uuid"},
        {"count": True},
        {"count": 1.5},
        {"count": "1"},
        {"done": 1},
        {"day": 20261120},
        {"word": None},
        {"several": ("no uuid",)},
        {"pair": ("a",)},
        {"pair": ["a", 1]},
        {"at": datetime(2026, 11, 20)},  # noqa: DTZ001 (that it has no time zone is the point)
        {"price": Decimal("NaN")},
        {"word": object()},
        {"several": "abc"},
        {"identity": "9b2f1ad0-5f5e-4c1e-9d0a-0d6ab8a3b1c2"},
        {"maybe": "9b2f1ad0-5f5e-4c1e-9d0a-0d6ab8a3b1c2"},
    ],
)
def test_a_value_that_does_not_fit_its_field_cannot_be_published(changes: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        event_to_json(everything(**changes))


def test_a_field_that_is_new_takes_its_default_from_older_rows() -> None:
    payload = event_to_json(everything(nested=((Decimal(1),),)))
    del payload["nested"]
    assert event_from_json(Everything, payload).nested == ()


def test_a_field_that_is_gone_is_ignored() -> None:
    event = everything()
    assert event_from_json(Everything, event_to_json(event) | {"former": 1}) == event


def test_a_missing_field_is_named() -> None:
    payload = event_to_json(everything())
    del payload["word"]
    with pytest.raises(Undecodable, match="word is missing"):
        event_from_json(Everything, payload)


@pytest.mark.parametrize(
    ("value", "annotation"),
    [
        ("x", UUID),
        (5, UUID),
        ("x", Decimal),
        ("2026-13-01", date),
        ("yesterday", datetime),
        (["a"], tuple[str, str]),
        ("a", tuple[str, ...]),
        ("a", int | str),
        (1, str),
        ([1], dict),
        ("a", set),
    ],
)
def test_stored_values_that_do_not_fit_are_undecodable(value: Any, annotation: Any) -> None:
    with pytest.raises(Undecodable):
        decode(value, annotation)


def test_a_payload_has_string_keys() -> None:
    with pytest.raises(TypeError, match="keys"):
        encode({1: "a"})


def test_a_jobs_arguments_take_the_types_of_its_annotations() -> None:
    def job(*, user_id: UUID, since: datetime, context: dict[str, Any], anything, words: list[str]) -> None:  # type: ignore[no-untyped-def]
        raise AssertionError

    sent = {"user_id": uuid4(), "since": datetime(2026, 1, 1, tzinfo=UTC), "context": {"a": 1}, "anything": 1.5}
    assert arguments_from_json(job, encode(sent | {"words": ["a"]})) == sent | {"words": ["a"]}


def test_an_argument_that_does_not_fit_is_named() -> None:
    def job(*, user_id: UUID) -> None:
        raise AssertionError

    with pytest.raises(Undecodable, match="user_id"):
        arguments_from_json(job, {"user_id": "x"})


def test_a_name_finds_its_class() -> None:
    assert event_class("samples.everything") is Everything


def test_an_unknown_name_is_said_to_be_unknown() -> None:
    with pytest.raises(UnknownName, match="never_was"):
        event_class("samples.never_was")


def test_two_classes_cannot_share_a_name() -> None:
    with pytest.raises(ValueError, match="already names"):

        class Other(Event):
            name: ClassVar[str] = "samples.everything"


@pytest.mark.parametrize("bad", ["", "samples", "Samples.happened", "samples.", "samples happened"])
def test_a_name_says_whose_event_it_is(bad: str) -> None:
    with pytest.raises(ValueError, match="name is"):

        class Misnamed(Event):
            name: ClassVar[str] = bad


def test_a_class_without_a_name_of_its_own_is_a_base_for_others() -> None:
    class Nameless(Everything):
        pass

    assert event_class("samples.everything") is Everything
    with pytest.raises(TypeError, match="no name of its own"):
        event_to_json(Nameless(**vars(everything())))


def test_a_class_with_slots_is_built_twice_and_known_once() -> None:
    @dataclass(frozen=True, slots=True)
    class Slotted(Event):
        name: ClassVar[str] = "samples.slotted"

        number: int

    assert event_class("samples.slotted") is Slotted


def test_an_audit_action_names_source_subject_and_verb() -> None:
    with pytest.raises(ValueError, match="<source>:<subject>:<verb>"):

        class Misaudited(Event):
            name: ClassVar[str] = "samples.misaudited"
            audited: ClassVar[str] = "samples:misaudited"
