"""The list of sessions: pages, order, and only what is alive."""

from datetime import timedelta

import pytest

from tenon.kernel import clock
from tenon.platform.identity.models import Session
from tenon.platform.identity.services import Device
from tenon.platform.identity.tests.factories import make_user, start_session
from tenon.testing.client import Api

pytestmark = pytest.mark.django_db
PATH = "/api/v1/auth/sessions/"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def user():
    """Somebody with an account."""
    return make_user()


@pytest.fixture
def person(user):
    """The same, signed in a minute ago on five devices, the first of which asks."""
    now = clock.now()
    first, *_ = [
        start_session(user, now=now - number * MINUTE, device=Device(user_agent=f"device {number}", ip="192.0.2.7"))
        for number in range(5)
    ]
    return Api(token=first.access)


def devices(answer) -> list[str]:
    return [session["device"] for session in answer.json()["data"]]


def test_the_latest_comes_first(person):
    assert devices(person.get(PATH)) == [f"device {number}" for number in range(5)]


def test_the_order_can_be_turned_round(person):
    for field in ("created_at", "last_used_at"):
        assert devices(person.get(f"{PATH}?sort={field}")) == [f"device {number}" for number in (4, 3, 2, 1, 0)]


def test_pages_follow_one_another(person):
    first = person.get(f"{PATH}?limit=2")
    second = person.get(f"{PATH}?limit=2&cursor={first.json()['meta']['next']}")
    back = person.get(f"{PATH}?limit=2&cursor={second.json()['meta']['prev']}")

    assert devices(first) == devices(back) == ["device 0", "device 1"]
    assert devices(second) == ["device 2", "device 3"]
    assert first.json()["meta"]["total"] == 5


def test_what_the_list_does_not_know_is_refused(person):
    for query in ("sort=ip", "filter[ip]=192.0.2.7", "cursor=x", "limit=0", "page=2"):
        assert person.get(f"{PATH}?{query}").status_code == 400, query


def test_sessions_that_have_ended_are_not_shown(person, user):
    now = clock.now()
    Session.objects.filter(user_agent="device 3").update(revoked_at=now)
    Session.objects.filter(user_agent="device 4").update(idle_expires_at=now - MINUTE)

    assert devices(person.get(PATH)) == ["device 0", "device 1", "device 2"]


def test_a_device_without_a_name_or_address_is_shown(user):
    session = start_session(user, now=clock.now(), device=Device())
    (shown,) = Api(token=session.access).get(PATH).json()["data"]
    assert shown == {
        "id": str(session.session_id),
        "device": "",
        "ip": None,
        "created_at": shown["created_at"],
        "last_used_at": shown["created_at"],
        "current": True,
    }
