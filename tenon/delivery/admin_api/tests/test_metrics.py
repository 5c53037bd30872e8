"""Numbers through the admin API."""

from datetime import timedelta

import pytest

from tenon.kernel import clock
from tenon.platform.identity.models import User
from tenon.platform.identity.tests.factories import make_user
from tenon.platform.organizations.tests.factories import acting_as, make_organization
from tenon.platform.webhooks import services as webhooks
from tenon.platform.webhooks.tests.factories import make_endpoint

pytestmark = pytest.mark.django_db


def test_the_totals(api):
    make_organization(now=clock.now())
    totals = {row["name"]: row["total"] for row in api.get("/admin/metrics/summary/").json()["data"]}
    assert (totals["users"], totals["organizations"]) == (2, 1)
    assert totals["sessions"] == 1


def test_what_came_when(api, root):
    now = clock.now()
    User.objects.filter(pk=root.pk).update(date_joined=now - timedelta(days=400))
    for days in (0, 0, 2):
        make_user(date_joined=now - timedelta(days=days))
    found = api.get("/admin/metrics/series/users/").json()
    assert (found["step"], [point["added"] for point in found["data"][-3:]]) == ("day", [1, 0, 2])
    assert len(found["data"]) == 31
    assert sum(point["added"] for point in found["data"]) == 3
    by_month = api.get("/admin/metrics/series/users/?step=month").json()["data"]
    assert sum(point["added"] for point in by_month) == 3
    assert {point["start"][8:19] for point in by_month} == {"01T00:00:00"}


def test_deliveries_of_every_organization_are_counted(api):
    owner = make_organization(now=clock.now())
    principal = acting_as(owner.owner_id, owner.id)
    endpoint = make_endpoint(owner.id)
    webhooks.send_test(principal=principal, endpoint_id=endpoint.id, now=clock.now())
    totals = {row["name"]: row["total"] for row in api.get("/admin/metrics/summary/").json()["data"]}
    assert totals["webhook_deliveries"] == 1
    points = api.get("/admin/metrics/series/webhook_deliveries/?step=hour").json()["data"]
    assert sum(point["added"] for point in points) == 1


@pytest.mark.parametrize("step", ["hour", "week"])
def test_hours_and_weeks(api, step):
    points = api.get(f"/admin/metrics/series/organizations/?step={step}").json()["data"]
    assert len(points) in (49, 53, 54)
    assert all(point["added"] == 0 for point in points)


@pytest.mark.parametrize(
    "query",
    [
        "step=year",
        "since=yesterday",
        "since=2020-01-01T00:00:00Z&step=hour",
        "until=2020-01-01T00:00:00Z&since=2021-01-01T00:00:00Z",
        "x=1",
        "until=0001-01-01T00:00:00Z",
        "since=9999-12-30T00:00:00Z&until=9999-12-31T23:59:59Z&step=month",
    ],
)
def test_a_period_that_is_none_is_refused(api, query):
    assert api.get(f"/admin/metrics/series/users/?{query}").status_code == 400


def test_before_1970_came_nothing(api):
    points = api.get("/admin/metrics/series/webhook_deliveries/?since=1960-01-01T00:00:00Z&until=1960-01-03T00:00:00Z")
    assert [point["added"] for point in points.json()["data"]] == [0, 0]


def test_what_nobody_counts_is_not_found(api):
    assert api.get("/admin/metrics/series/unicorns/").status_code == 404
    assert api.get("/admin/metrics/series/sessions/").status_code == 404, "sessions are not kept for good"


def test_how_long_requests_took(api):
    for _ in range(3):
        api.get("/admin/api/me/")
    found = api.get("/admin/metrics/latencies/").json()["data"]
    mine = [row for row in found if "MeView" in row["view"] and row["method"] == "GET"]
    assert mine
    assert mine[0]["requests"] >= 3
    assert 0 < mine[0]["p50_ms"] <= mine[0]["p95_ms"] <= mine[0]["p99_ms"]
