"""The list of notifications, what is read of it, and that it is nobody else's."""

from datetime import timedelta

import pytest

from tenon.kernel import clock
from tenon.platform.identity.tests.factories import start_session
from tenon.platform.notifications.models import Notification
from tenon.platform.notifications.tests.factories import NOW, make_notification, make_user, tell
from tenon.platform.organizations.tests.factories import make_organization
from tenon.testing.client import Api
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db
LIST = "/api/v1/notifications/"


def browser(person) -> Api:
    return Api(token=start_session(person, now=clock.now()).access)


@pytest.fixture
def alice():
    return make_user()


@pytest.fixture
def api(alice) -> Api:
    return browser(alice)


def texts(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [each["message"] for each in answer.json()["data"]]


def test_the_newest_comes_first(alice, api):
    organization = make_organization(alice)
    tell(alice, text="One")
    tell(alice, text="Two", organization_id=organization.id)
    answer = api.get(LIST)
    assert texts(answer) == ["Two", "One"]
    assert answer.json()["meta"] == {"next": None, "prev": None, "total": 2}
    newest = answer.json()["data"][0]
    assert newest == {
        "id": str(Notification.objects.get(message="Two").id),
        "type": "notifications.announcement",
        "message": "Two",
        "target_url": "",
        "organization_id": str(organization.id),
        "created_at": "2026-03-01T12:00:00.000Z",
        "read_at": None,
    }


def test_pages_go_there_and_back(alice, api):
    for number in range(7):
        tell(alice, text=str(number))
    first = api.get(f"{LIST}?limit=3")
    assert texts(first) == ["6", "5", "4"]
    second = api.get(f"{LIST}?limit=3&cursor={first.json()['meta']['next']}")
    assert texts(second) == ["3", "2", "1"]
    third = api.get(f"{LIST}?limit=3&cursor={second.json()['meta']['next']}")
    assert texts(third) == ["0"]
    back = api.get(f"{LIST}?limit=3&cursor={third.json()['meta']['prev']}")
    assert texts(back) == ["3", "2", "1"]
    assert texts(api.get(f"{LIST}?sort=created_at&limit=2")) == ["0", "1"]


def test_the_way_back_from_beyond_an_end(alice, api):
    for number in range(3):
        tell(alice, text=str(number))
    following = api.get(f"{LIST}?limit=2").json()["meta"]["next"]
    Notification.objects.filter(message="0").delete()
    beyond = api.get(f"{LIST}?limit=2&cursor={following}")
    assert texts(beyond) == []
    assert texts(api.get(f"{LIST}?limit=2&cursor={beyond.json()['meta']['prev']}")) == ["2", "1"]


def test_filters(alice, api):
    read = make_notification(alice, text="read")
    tell(alice, text="unread", now=NOW + timedelta(hours=1))
    api.post(f"{LIST}{read.id}/read/")
    assert texts(api.get(f"{LIST}?filter[unread]=true")) == ["unread"]
    assert texts(api.get(f"{LIST}?filter[unread]=false")) == ["read"]
    assert api.get(f"{LIST}?filter[unread]=false").json()["meta"]["total"] == 1
    assert texts(api.get(f"{LIST}?filter[type]=notifications.announcement&limit=1")) == ["unread"]
    assert texts(api.get(f"{LIST}?filter[type]=orders.shipped")) == []
    assert texts(api.get(f"{LIST}?filter[created_at][gte]=2026-03-01T12:30:00Z&filter[unread]=true")) == ["unread"]
    assert api.get(f"{LIST}?filter[unread]=perhaps").status_code == 400
    assert api.get(f"{LIST}?total=false").json()["meta"] == {"next": None, "prev": None}


def test_a_cursor_is_no_way_into_another_list(alice, api):
    for number in range(3):
        tell(alice, text=str(number))
    cursor = api.get(f"{LIST}?limit=1").json()["meta"]["next"]
    stranger = make_user()
    tell(stranger, text="the stranger's")
    assert texts(browser(stranger).get(f"{LIST}?cursor={cursor}")) in ([], ["the stranger's"])
    assert api.get(f"{LIST}?filter[unread]=true&cursor={cursor}").status_code == 400


def test_large_totals_are_estimates(alice, api, monkeypatch):
    monkeypatch.setattr("tenon.kernel.http.totals.EXACT_UP_TO", 2)
    for number in range(4):
        tell(alice, text=str(number))
    assert api.get(f"{LIST}?limit=1").json()["meta"]["total_is_estimate"] is True
    assert api.get(f"{LIST}?filter[unread]=true&limit=1").json()["meta"]["total"] >= 3
    assert api.get(f"{LIST}?filter[unread]=false").json()["meta"]["total"] == 0


def test_reading_one_is_idempotent(alice, api):
    one = make_notification(alice)
    assert api.post(f"{LIST}{one.id}/read/").status_code == 204
    one.refresh_from_db()
    first = one.read_at
    assert first is not None
    assert api.post(f"{LIST}{one.id}/read/").status_code == 204
    one.refresh_from_db()
    assert (one.read_at, one.unread) == (first, False)


def test_reading_all_stops_where_the_person_stopped(alice, api):
    tell(alice, text="one")
    seen = make_notification(alice, text="two")
    tell(alice, text="three")
    assert api.get(f"{LIST}unread-count/").json() == {"unread": 3}
    assert api.post(f"{LIST}read-all/", {"up_to": str(seen.id)}).json() == {"marked": 2}
    assert texts(api.get(f"{LIST}?filter[unread]=true")) == ["three"]
    assert api.post(f"{LIST}read-all/").json() == {"marked": 1}
    assert api.post(f"{LIST}read-all/").json() == {"marked": 0}
    assert api.get(f"{LIST}unread-count/").json() == {"unread": 0}


def test_deleting(alice, api):
    one = make_notification(alice)
    assert api.delete(f"{LIST}{one.id}/").status_code == 204
    assert api.delete(f"{LIST}{one.id}/").status_code == 404
    assert texts(api.get(LIST)) == []


def test_nobody_reaches_what_others_were_told(alice, api):
    mine = make_notification(alice, text="for Alice alone")
    stranger = browser(make_user())
    assert texts(stranger.get(LIST)) == []
    assert stranger.get(f"{LIST}unread-count/").json() == {"unread": 0}
    for method, path in (("POST", f"{mine.id}/read/"), ("DELETE", f"{mine.id}/")):
        assert stranger.request(method, f"{LIST}{path}", {}).status_code == 404
    assert stranger.post(f"{LIST}read-all/", {"up_to": str(mine.id)}).status_code == 404
    assert stranger.post(f"{LIST}read-all/").json() == {"marked": 0}
    mine.refresh_from_db()
    assert mine.unread


@pytest.mark.parametrize("rows", [0, 1, 30])
def test_a_page_costs_few_statements(alice, api, rows):
    for number in range(rows):
        tell(alice, text=str(number))
    with query_budget(10) as queries:
        assert len(texts(api.get(LIST))) == min(rows, 20)
    # Who asks; the page, with the total in it.
    assert len([each for each in queries if "limits_counter" not in each]) == 2
