"""The socket: who gets in, what they are sent, and when they are sent away."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from tenon.kernel import clock
from tenon.platform.identity import services as identity
from tenon.platform.identity.tests.factories import start_session
from tenon.platform.notifications.consumers import Sockets, sockets, switchboard
from tenon.platform.notifications.consumers.protocol import MAX_MESSAGE
from tenon.platform.notifications.services import sockets as hints
from tenon.platform.notifications.tests.factories import make_user, tell
from tenon.platform.notifications.tests.visitor import Visitor
from tenon.testing.databases import Clone

Scene = Callable[[Sockets], Awaitable[None]]


@pytest.fixture(autouse=True)
def _database(cloned_database: Clone, django_db_blocker: Any) -> Iterator[None]:
    """A database that the switchboard's own thread sees, too."""
    with django_db_blocker.unblock(), cloned_database.in_use():
        yield


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(switchboard, "POLL_SECONDS", 0.05)


@pytest.fixture
def alice():
    return make_user()


@pytest.fixture
def token(alice):
    return start_session(alice, now=clock.now()).access


def played(scene: Scene) -> None:
    """Run `scene` between start and stop."""

    @asynccontextmanager
    async def running():
        served = Sockets()
        await served.start()
        try:
            yield served
        finally:
            await served.stop()

    async def play() -> None:
        async with running() as served:
            await scene(served)

    asyncio.run(play())


async def welcomed(served: Sockets, token: str, **resume: str) -> Visitor:
    """Somebody who is connected and has said where to begin."""
    visitor = Visitor(served, token=token)
    assert (await visitor.event()) == {"type": "websocket.accept", "subprotocol": "bearer"}
    assert (await visitor.heard())["type"] == "authenticated"
    visitor.say(type="resume", **resume)
    visitor.say(type="ping")
    assert (await visitor.heard())["type"] == "pong"
    return visitor


def tell_many(person, times: int) -> None:
    for number in range(times):
        tell(person, text=str(number))


async def later(work: Callable[[], object]) -> None:
    """Run `work` in a thread, whose connection to the database ends with it."""

    def closing() -> None:
        try:
            work()
        finally:
            connections.close_all()

    await asyncio.to_thread(closing)


def test_what_comes_is_sent_once_in_its_order(alice, token):
    async def scene(served):
        visitor = await welcomed(served, token)
        for text in ("one", "two"):
            await later(lambda text=text: tell(alice, text=text))
        heard = [await visitor.heard(), await visitor.heard()]
        assert [each["notification"]["message"] for each in heard] == ["one", "two"]
        assert set(heard[0]["notification"]) == {
            *("id", "type", "message", "target_url", "organization_id", "created_at", "read_at")
        }
        await asyncio.sleep(0.2)
        assert visitor.nothing_more()
        await visitor.leave()
        assert served.board.held == 0
        assert served.board.everybody() == []

    played(scene)


def test_what_was_missed_comes_after_the_cursor(alice, token):
    async def scene(served):
        visitor = await welcomed(served, token)
        await later(lambda: tell(alice, text="seen"))
        cursor = (await visitor.heard())["cursor"]
        await visitor.leave()
        await later(lambda: tell_many(alice, 120))
        visitor = Visitor(served, token=token)
        visitor.say(type="resume", cursor=cursor)
        await visitor.event()
        assert (await visitor.heard())["type"] == "authenticated"
        heard = [(await visitor.heard())["notification"]["message"] for _ in range(120)]
        assert heard == [str(number) for number in range(120)]
        await visitor.leave()

    played(scene)


def test_nothing_comes_before_the_client_says_where_to_begin(alice, token):
    async def scene(served):
        visitor = Visitor(served, token=token)
        await visitor.event()
        await visitor.heard()
        await later(lambda: tell(alice))
        await asyncio.sleep(0.3)
        assert visitor.nothing_more()
        visitor.say(type="resume")
        assert (await visitor.heard())["type"] == "notification"
        await visitor.leave()

    played(scene)


def test_nobody_gets_what_others_are_told(alice, token):
    async def scene(served):
        stranger = make_other()
        visitor = await welcomed(served, token)
        other = await welcomed(served, stranger[1])
        await later(lambda: tell(alice, text="for Alice"))
        cursor = (await visitor.heard())["cursor"]
        await asyncio.sleep(0.2)
        assert other.nothing_more()
        await other.leave()
        thief = Visitor(served, token=stranger[1])
        thief.say(type="resume", cursor=cursor)
        assert await thief.closed() == 4400
        await visitor.leave()

    person = make_user()
    session = start_session(person, now=clock.now()).access

    def make_other():
        return person, session

    played(scene)


@pytest.mark.parametrize("by_message", [True, False])
def test_a_token_comes_as_subprotocol_or_first_message(token, by_message):
    async def scene(served):
        visitor = Visitor(served, token="" if by_message else token)
        if by_message:
            visitor.say(type="authenticate", token=token)
        assert (await visitor.event())["subprotocol"] == (None if by_message else "bearer")
        assert (await visitor.heard())["type"] == "authenticated"
        await visitor.leave()

    played(scene)


def test_without_a_good_token_it_is_closed(token, monkeypatch):
    monkeypatch.setattr(sockets, "AUTHENTICATE_SECONDS", 0.1)

    async def scene(served):
        assert await Visitor(served, token=f"{token[:-4]}AAAA").closed() == 4401
        assert await Visitor(served).closed() == 4401  # says nothing
        silent = Visitor(served)
        silent.say(type="resume")
        assert await silent.closed() == 4401
        assert served.board.held == 0

    played(scene)


def test_an_ended_session_closes_its_sockets(alice, token, monkeypatch):
    monkeypatch.setattr(switchboard, "SESSIONS_SECONDS", 0.1)
    other = start_session(alice, now=clock.now())

    async def scene(served):
        visitor, stays = await welcomed(served, token), await welcomed(served, other.access)
        await later(lambda: identity.sign_out_elsewhere(user_id=alice.id, session_id=other.session_id, now=clock.now()))
        assert await visitor.closed() == 4401
        stays.say(type="ping")
        assert await stays.heard() == {"type": "pong"}
        # A hint says so at once.
        await later(lambda: hints.tell({"session_id": str(other.session_id)}))
        assert await stays.closed() == 4401

    played(scene)


def test_a_token_that_expires_ends_it_unless_a_new_one_comes(alice, monkeypatch):
    old = start_session(alice, now=clock.now() - timedelta(minutes=10))
    fresh = start_session(alice, now=clock.now()).access
    stranger = start_session(make_user(), now=clock.now()).access

    async def scene(served):
        renewing, expiring = await welcomed(served, old.access), await welcomed(served, old.access)
        renewing.say(type="authenticate", token=fresh)
        assert (await renewing.heard())["type"] == "authenticated"
        later = clock.now() + timedelta(minutes=6)
        monkeypatch.setattr(clock, "now", lambda: later)
        assert await expiring.closed() == 4401
        renewing.say(type="ping")
        assert await renewing.heard() == {"type": "pong"}
        renewing.say(type="authenticate", token=stranger)
        assert await renewing.closed() == 4401

    played(scene)


def test_silence_is_asked_about_and_then_ended(token, monkeypatch):
    monkeypatch.setattr(switchboard, "HEARTBEAT_SECONDS", 0.2)
    monkeypatch.setattr(switchboard, "GIVEN_UP_SECONDS", 0.7)

    async def scene(served):
        visitor = await welcomed(served, token)
        assert await visitor.heard() == {"type": "ping"}
        visitor.say(type="pong")
        assert await visitor.heard() == {"type": "ping"}
        assert await visitor.closed() == 4408

    played(scene)


def test_who_does_not_read_is_dropped_with_one_page_in_hand(alice, token, monkeypatch):
    monkeypatch.setattr(sockets, "SEND_SECONDS", 1)

    async def scene(served):
        visitor = await welcomed(served, token)
        connection = served.board.everybody()[0]
        visitor.stuck.clear()
        writing = asyncio.create_task(later(lambda: tell_many(alice, 120)))
        while connection in served.board.everybody():
            assert connection.waiting.qsize() <= 51
            await asyncio.sleep(0.01)
        visitor.stuck.set()
        assert await visitor.closed() == 4408
        await writing

    played(scene)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"text": "not json"}, 4400),
        ({"text": "[]"}, 4400),
        ({"text": '{"type": 7}'}, 4400),
        ({"text": '{"type": "dance"}'}, 4400),
        ({"text": '{"type": "resume", "cursor": 7}'}, 4400),
        ({"text": '{"type": "resume", "cursor": "AAAA"}'}, 4400),
        ({"text": '{"type": "resume"}'}, 4400),  # a second time
        ({"text": f'{{"type": "ping", "x": "{"x" * MAX_MESSAGE}"}}'}, 1009),
        ({"text": None, "bytes": b"{}"}, 1003),
    ],
)
def test_what_cannot_be_understood_ends_it(token, message, code):
    async def scene(served):
        visitor = await welcomed(served, token)
        visitor.say(raw=message)
        assert await visitor.closed() == code

    played(scene)


def test_too_many_are_turned_away(token, settings, monkeypatch):
    monkeypatch.setattr(switchboard, "MOST_OF_ONE", 2)
    monkeypatch.setattr(sockets, "MOST_SAID", 20)

    async def scene(served):
        first, second = await welcomed(served, token), await welcomed(served, token)
        assert await Visitor(served, token=token).closed() == 4429
        for _ in range(20):
            first.say(type="pong")
        assert await first.closed() == 4429
        settings.WEBSOCKET_MAX_CONNECTIONS = 1
        assert await Visitor(served, token=token).closed() == 1013
        await second.leave()

    played(scene)


def test_strangers_leave_room_for_whoever_brings_a_token(token, settings):
    settings.WEBSOCKET_MAX_CONNECTIONS = 8

    async def scene(served):
        strangers = [Visitor(served) for _ in range(2)]
        for stranger in strangers:
            assert (await stranger.event())["type"] == "websocket.accept"
        assert await Visitor(served).closed() == 1013
        await welcomed(served, token)
        strangers[0].say(type="authenticate", token=token)
        assert (await strangers[0].heard())["type"] == "authenticated"
        third = Visitor(served)
        assert (await third.event())["type"] == "websocket.accept"
        await strangers[1].leave()
        await third.leave()
        assert served.board.strangers == 0

    played(scene)


@pytest.mark.parametrize(
    ("host", "origin", "allowed"),
    [
        (b"api.example.com", b"https://app.example.com", True),
        (b"api.example.com", b"https://evil.example.com", False),
        (b"api.example.com", b"https://api.example.com", True),
        (b"api.example.com", b"null", False),
        (b"api.example.com", b"http://localhost:5173", True),
        (b"api.example.com", None, True),
        (b"evil.example.com", None, False),
        (b"", None, False),
    ],
)
def test_foreign_pages_are_not_let_in(settings, token, host, origin, allowed):
    settings.ALLOWED_HOSTS = ["api.example.com"]
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example.com"]
    settings.CORS_ALLOWED_ORIGIN_REGEXES = [r"^http://localhost(:\d+)?$"]

    async def scene(served):
        headers = [(b"host", host), *([] if origin is None else [(b"origin", origin)])]
        visitor = Visitor(served, headers=headers, token=token)
        event = await visitor.event()
        assert event["type"] == ("websocket.accept" if allowed else "websocket.close")
        if allowed:
            await visitor.leave()

    played(scene)


def test_a_stop_sends_everybody_away(token):
    async def play() -> None:
        served = Sockets()
        await served.start()
        visitor = await welcomed(served, token)
        await served.stop()
        assert await visitor.closed() == 1001

    asyncio.run(play())


def test_a_lost_database_is_looked_at_again(alice, token, monkeypatch):
    failures = iter([True, True, False])
    asked = switchboard._rows

    def rows(places):
        if next(failures, False):
            raise ConnectionError("gone")
        return asked(places)

    monkeypatch.setattr(switchboard, "_rows", rows)

    async def scene(served):
        visitor = await welcomed(served, token)
        await later(lambda: tell(alice, text="in the end"))
        assert (await visitor.heard())["notification"]["message"] == "in the end"
        await visitor.leave()

    played(scene)
