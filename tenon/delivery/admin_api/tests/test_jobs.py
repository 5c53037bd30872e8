"""Background work through the admin API."""

from uuid import UUID

import pytest
from django.db import transaction

from tenon.kernel import clock
from tenon.kernel.jobs.models import Run
from tenon.kernel.outbox import publishing, relay
from tenon.kernel.outbox.models import Entry, Schedule
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db
PURGE = "outbox.purge"


def enqueued() -> UUID:
    with transaction.atomic():
        return publishing.enqueue(PURGE, {})


def dead() -> UUID:
    run_id = enqueued()
    Entry.objects.filter(id=run_id).update(dead_at=clock.now(), available_at=None, last_error="it broke")
    return run_id


def test_jobs_are_listed_with_what_they_take(api):
    found = {job["name"]: job for job in api.get("/admin/jobs/").json()["data"]}
    assert found[PURGE]["by_hand"]
    assert found[PURGE]["schedule"]
    assert [argument["name"] for argument in found["identity.send_verification"]["arguments"]] == ["address"]
    assert not found["identity.send_verification"]["by_hand"]


def test_a_job_is_started_by_hand(api):
    answer = api.post(f"/admin/jobs/{PURGE}/runs/")
    run_id = answer.json()["run_id"]
    assert (answer.status_code, answer["Location"]) == (202, f"/admin/jobs/runs/{run_id}/")
    assert api.get(answer["Location"]).json()["state"] == "waiting"
    relay.drain()
    assert api.get(answer["Location"]).json()["state"] == "succeeded"


@pytest.mark.parametrize(
    ("name", "body", "status", "code"),
    [
        ("no.such", {}, 404, "unknown_job"),
        ("identity.send_verification", {"arguments": {"address": "ada@example.com"}}, 403, "job_not_by_hand"),
        (PURGE, {"arguments": {"everything": True}}, 400, "wrong_arguments"),
    ],
)
def test_what_cannot_be_started_says_why(api, name, body, status, code):
    answer = api.post(f"/admin/jobs/{name}/runs/", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Run.objects.filter(name=name).exists()


def test_dead_letters_are_seen_and_tried_again(api):
    first, second, waiting = dead(), dead(), enqueued()
    listed = api.get("/admin/jobs/dead-letters/").json()["data"]
    assert [run["id"] for run in listed] == [str(second), str(first)]
    assert listed[0]["error"] == "it broke"
    assert api.post(f"/admin/jobs/runs/{first}/retry/").status_code == 204
    assert api.post(f"/admin/jobs/runs/{waiting}/retry/").json()["code"] == "run_not_dead"
    assert api.post("/admin/jobs/dead-letters/retries/", {"name": PURGE}).json() == {"retried": 1}
    assert api.get("/admin/jobs/dead-letters/").json()["data"] == []


@pytest.mark.parametrize("count", [1, 12])
def test_runs_are_listed_flat(api, count):
    for _ in range(count):
        enqueued()
    with query_budget(3):  # who asks; whether they may; the page
        found = api.get(f"/admin/jobs/runs/?filter[name]={PURGE}").json()["data"]
    assert len(found) == count
    assert "payload" not in found[0]


def test_a_schedule_is_planned_otherwise(api):
    path = f"/admin/jobs/schedules/{PURGE}/"
    plan = {"enabled": True, "cron": "0 3 * * *", "timezone": "Europe/Berlin"}
    assert api.request("PUT", path, plan).status_code == 204
    found = {each["name"]: each for each in api.get("/admin/jobs/schedules/").json()["data"]}
    assert "0 3 * * *" in found[PURGE]["plan"]
    assert found[PURGE]["plan"] != found[PURGE]["declared"]
    assert api.request("PUT", path, {"enabled": True, "cron": "often"}).json()["code"] == "wrong_plan"
    assert api.request("PUT", path, {"enabled": False}).status_code == 204
    assert not Schedule.objects.get(name=PURGE).enabled
    assert api.request("PUT", "/admin/jobs/schedules/no.such/", {"enabled": False}).status_code == 404


def test_a_round_is_run_now_unless_one_waits(api):
    path = f"/admin/jobs/schedules/{PURGE}/rounds/"
    assert api.post(path).status_code == 202
    assert (api.post(path).status_code, api.post(path).json()["code"]) == (409, "schedule_waiting")


def test_seeing_is_not_starting(clerk):
    api = clerk("view_run")
    assert api.get("/admin/jobs/").status_code == 200
    assert api.post(f"/admin/jobs/{PURGE}/runs/").status_code == 403
    assert not Run.objects.exists()
