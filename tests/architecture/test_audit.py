"""Every event says how it reads in the audit log, or why it does not stand there."""

from dataclasses import fields

import pytest

from tenon.kernel.outbox.events import Event, known_events


def ours() -> list[type[Event]]:
    """The events of the software itself, not those that tests make."""
    found = sorted(known_events(), key=lambda event: event.name)
    return [event for event in found if ".tests." not in event.__module__ and "tenon." in event.__module__]


@pytest.mark.parametrize("event", ours(), ids=lambda event: event.name)
def test_an_event_declares_its_audit_action_or_says_why_not(event: type[Event]):
    assert bool(event.audited) != bool(event.unaudited), (
        'Say `audited: ClassVar[str] = "<source>:<subject>:<verb>"` beside the name of the event, or '
        '`unaudited: ClassVar[str] = "<why not>"`. Whatever publishes it needs nothing more.'
    )


@pytest.mark.parametrize("event", [event for event in ours() if event.audited], ids=lambda event: event.name)
def test_an_audited_event_names_what_it_was_done_to(event: type[Event]):
    source, subject, _verb = event.audited.split(":")
    assert source == event.name.partition(".")[0], "the source is the app, as in the event's name"
    names = {field.name for field in fields(event)}
    assert (event.audit_target or f"{subject}_id") in names, (
        f"{event.__qualname__} has no field {subject}_id: name the field that holds the id of the {subject} with "
        '`audit_target: ClassVar[str] = "<field>"`.'
    )


def test_there_are_events_to_ask():
    assert {"identity.session_revoked", "organizations.member_joined"} <= {event.name for event in ours()}


def test_no_two_events_read_alike():
    actions = [event.audited for event in ours() if event.audited]
    assert sorted(set(actions)) == sorted(actions)
