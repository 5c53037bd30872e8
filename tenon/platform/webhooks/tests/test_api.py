"""The routes of webhooks: what they answer, what they refuse, and what they cost."""

from datetime import timedelta

import pytest

from tenon.kernel import clock
from tenon.kernel.outbox import relay
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity.tests import outbox
from tenon.platform.identity.tests.factories import NOW
from tenon.platform.organizations.tests.factories import add_member, make_organization, make_user
from tenon.platform.organizations.tests.people import signed_in
from tenon.platform.webhooks.engines import signatures
from tenon.platform.webhooks.models import Endpoint
from tenon.platform.webhooks.tests.factories import (
    URL,
    attempt,
    claim,
    deliveries,
    happen,
    make_endpoint,
)
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db
ENDPOINTS = "/api/v1/webhooks/endpoints/"
DELIVERIES = "/api/v1/webhooks/deliveries/"
MISSED = "organizations.ownership_transferred"
NEW = {"url": URL, "event_types": ["organizations.*"]}


@pytest.fixture
def owner():
    """Who owns `made`."""
    return make_user()


@pytest.fixture
def made(owner):
    """An organization."""
    return make_organization(owner)


@pytest.fixture
def api(owner, made):
    """The owner's browser."""
    return signed_in(owner)


@pytest.fixture
def endpoint(made):
    """An endpoint of the organization."""
    return make_endpoint(made.id)


def codes(answer) -> dict[str, str]:
    return {fault["pointer"]: fault["code"] for fault in answer.json()["errors"]}


class TestEndpoints:
    def test_one_is_made_and_its_secret_is_told(self, api, made, owner):
        answer = api.post(ENDPOINTS, {**NEW, "description": "CRM"})
        assert answer.status_code == 201, answer.content
        body = answer.json()
        assert signatures.is_secret(body["secret"])
        assert (body["url"], body["event_types"], body["enabled"]) == (URL, ["organizations.*"], True)
        assert body["created_by_id"] == str(owner.id)
        assert answer["Location"] == f"{ENDPOINTS}{body['id']}/"
        read = api.get(answer["Location"])
        assert read["ETag"] == answer["ETag"]
        assert read.json() == {name: value for name, value in body.items() if name != "secret"}
        assert api.get(f"{answer['Location']}secret/").json()["secret"] == body["secret"]
        assert outbox.event_names()[-2:] == ["webhooks.endpoint_created", "webhooks.secret_shown"]
        assert body["secret"] not in str(outbox.events())

    def test_a_secret_of_ones_own(self, api):
        secret = signatures.new_secret()
        assert api.post(ENDPOINTS, {**NEW, "secret": secret}).json()["secret"] == secret
        for bad in ("whsec_", "whsec_abc", "secret", "whsec_" + "A" * 88, "whsec_" + "QUJD" * 4):
            answer = api.post(ENDPOINTS, {**NEW, "secret": bad})
            assert (answer.status_code, codes(answer)) == (400, {"/secret": "malformed_secret"}), bad

    @pytest.mark.parametrize("url", ["http://example.com/", "https://127.0.0.1/", "https://localhost/", "nonsense"])
    def test_an_address_that_is_not_public_is_refused(self, api, endpoint, url):
        answer = api.post(ENDPOINTS, {**NEW, "url": url})
        assert (answer.status_code, codes(answer)) == (400, {"/url": "refused_url"})
        changed = api.request("PATCH", f"{ENDPOINTS}{endpoint.id}/", {"url": url})
        assert (changed.status_code, codes(changed)) == (400, {"/url": "refused_url"})

    def test_types_are_known_ones(self, api):
        answer = api.post(ENDPOINTS, {**NEW, "event_types": ["*", "no.such", "identity.user_registered"]})
        assert codes(answer) == {
            "/event_types/1": "unknown_event_type",
            "/event_types/2": "unknown_event_type",
        }
        assert api.post(ENDPOINTS, {**NEW, "event_types": []}).status_code == 400
        taken = api.post(ENDPOINTS, {**NEW, "event_types": ["webhooks.test", "*", "*"]})
        assert taken.json()["event_types"] == ["webhooks.test", "*"]

    def test_there_is_an_end_to_them(self, api, settings):
        settings.WEBHOOK_MAX_ENDPOINTS = 1
        assert api.post(ENDPOINTS, NEW).status_code == 201
        answer = api.post(ENDPOINTS, NEW)
        assert (answer.status_code, answer.json()["code"]) == (409, "too_many_endpoints")

    def test_a_change_only_of_what_was_read(self, api, made, endpoint):
        path = f"{ENDPOINTS}{endpoint.id}/"
        tag = api.get(path)["ETag"]
        assert api.get(path, headers={"If-None-Match": tag}).status_code == 304
        changes = {"description": "New", "event_types": ["webhooks.*"]}
        answer = api.request("PATCH", path, changes, headers={"If-Match": tag})
        assert (answer.status_code, answer.json()["description"]) == (200, "New")
        assert outbox.events()[-1] == (
            "webhooks.endpoint_updated",
            {**outbox.events()[-1][1], "fields": ["description", "event_types"]},
        )
        assert api.request("PATCH", path, changes, headers={"If-Match": tag}).status_code == 412
        events = len(outbox.events())
        assert api.request("PATCH", path, changes).status_code == 200
        assert len(outbox.events()) == events

    def test_disabled_and_enabled_again(self, api, made, endpoint):
        path = f"{ENDPOINTS}{endpoint.id}/"
        disabled = api.request("PATCH", path, {"enabled": False}).json()
        assert (disabled["enabled"], disabled["disabled_reason"]) == (False, "requested")
        assert outbox.letters() == []
        for refused in (f"{path}test/", f"{path}recovery/"):
            answer = api.post(refused, {"since": clock.rfc3339(NOW)} if "recovery" in refused else None)
            assert (answer.status_code, answer.json()["code"]) == (409, "endpoint_disabled"), refused
        assert api.request("PATCH", path, {"enabled": False}).json() == disabled
        enabled = api.request("PATCH", path, {"enabled": True}).json()
        assert (enabled["enabled"], enabled["disabled_reason"], enabled["disabled_at"]) == (True, "", None)

    def test_one_is_deleted_with_all_of_it(self, api, made, endpoint):
        happen(made.id, now=NOW)
        attempt(endpoint, now=NOW)
        path = f"{ENDPOINTS}{endpoint.id}/"
        assert api.delete(path).status_code == 204
        assert deliveries(made.id) == []
        assert api.get(path).status_code == api.delete(path).status_code == 404
        assert api.get(f"{path}deliveries/").status_code == 404
        assert outbox.event_names()[-1] == "webhooks.endpoint_deleted"

    def test_members_without_the_word_see_nothing(self, made, endpoint):
        member = signed_in(add_member(made.id))
        for path in ("", f"{endpoint.id}/", f"{endpoint.id}/secret/", f"{endpoint.id}/deliveries/"):
            assert member.get(f"{ENDPOINTS}{path}").status_code == 403


class TestSecrets:
    def test_two_sign_while_one_is_replaced(self, api, made, endpoint):
        path = f"{ENDPOINTS}{endpoint.id}/"
        before = api.get(f"{path}secret/").json()["secret"]
        rotated = api.post(f"{path}secret-rotation/", {"overlap_hours": 2}).json()
        assert (rotated["former_secret"], rotated["secret"] != before) == (before, True)
        assert rotated["former_secret_until"] == api.get(path).json()["former_secret_until"]
        happen(made.id, now=NOW)
        now = clock.now()
        [work] = claim(now=now)
        assert work.keys == (rotated["secret"], before)
        [later] = claim(now=now + timedelta(hours=3))
        assert later.keys == (rotated["secret"],)

    def test_a_secret_that_cannot_be_read_any_more_is_replaced_at_once(self, api, made, endpoint):
        with organization_scope(made.id):
            Endpoint.objects.filter(pk=endpoint.id).update(secret="sealed by a SECRET_KEY of before")
        rotated = api.post(f"{ENDPOINTS}{endpoint.id}/secret-rotation/", {"overlap_hours": 24})
        assert rotated.status_code == 200
        assert rotated.json()["former_secret"] is None
        happen(made.id, now=NOW)
        [work] = claim(now=clock.now())
        assert work.keys == (rotated.json()["secret"],)

    def test_at_once(self, api, endpoint):
        path = f"{ENDPOINTS}{endpoint.id}/"
        given = signatures.new_secret()
        rotated = api.post(f"{path}secret-rotation/", {"overlap_hours": 0, "secret": given})
        assert rotated["Cache-Control"] == "no-store"
        assert rotated.json() == {"secret": given, "former_secret": None, "former_secret_until": None}
        assert api.post(f"{path}secret-rotation/", {"overlap_hours": 169}).status_code == 400

    def test_they_rest_sealed(self, api, made):
        body = api.post(ENDPOINTS, NEW).json()
        with organization_scope(made.id):
            [stored] = Endpoint.objects.values()
        assert body["secret"] not in str(stored)


class TestDeliveries:
    def test_they_are_listed_and_filtered(self, api, made, endpoint):
        happen(made.id, now=NOW)
        attempt(endpoint, now=NOW, outcome="refused")
        happen(made.id, kind="organizations.closed", now=NOW + timedelta(seconds=1))
        path = f"{ENDPOINTS}{endpoint.id}/deliveries/"
        listed = api.get(path).json()["data"]
        assert [each["event_type"] for each in listed] == ["organizations.closed", "organizations.member_joined"]
        assert listed[1]["last_status"] == 500
        assert len(api.get(f"{path}?filter[state]=pending").json()["data"]) == 2
        assert api.get(f"{path}?filter[state]=failed").json()["data"] == []
        closed = api.get(f"{path}?filter[event_type]=organizations.closed").json()["data"]
        assert [each["id"] for each in closed] == [listed[0]["id"]]
        found = api.get(f"{path}?filter[event_id]={listed[1]['event_id']}").json()["data"]
        assert found == [listed[1]]

    def test_one_in_full(self, api, made, endpoint):
        happen(made.id, now=NOW)
        attempt(endpoint, now=NOW, outcome="timeout", error="There was no whole answer.")
        attempt(endpoint, now=NOW + timedelta(seconds=10), answer="thanks")
        [delivery] = deliveries(made.id)
        body = api.get(f"{DELIVERIES}{delivery.id}/").json()
        assert (body["state"], body["attempts"], body["body"]) == ("delivered", 2, delivery.body)
        assert [(each["number"], each["outcome"], each["status"]) for each in body["log"]] == [
            (1, "timeout", None),
            (2, "delivered", 204),
        ]
        assert body["log"][0]["error"] == "There was no whole answer."
        assert body["log"][1]["answer"] == "thanks"

    def test_one_is_sent_again(self, api, made, endpoint):
        event = happen(made.id, now=NOW)
        attempt(endpoint, now=NOW)
        [delivery] = deliveries(made.id)
        answer = api.post(f"{DELIVERIES}{delivery.id}/redelivery/")
        assert (answer.status_code, answer.json()["state"]) == (202, "pending")
        assert answer["Location"] == f"{DELIVERIES}{delivery.id}/"
        [work] = claim(now=clock.now())
        [message] = work.messages
        assert (message.event_id, message.body, message.number) == (event.id, delivery.body, 2)
        assert api.post(f"{DELIVERIES}{endpoint.id}/redelivery/").status_code == 404

    def test_sent_again_it_does_not_wait_for_a_rest(self, api, made, endpoint):
        happen(made.id, now=clock.now())
        attempt(endpoint, now=clock.now(), outcome="timeout")
        [delivery] = deliveries(made.id)
        assert claim(now=clock.now(), suspect=True) == []
        api.post(f"{DELIVERIES}{delivery.id}/redelivery/")
        assert len(claim(now=clock.now(), suspect=True)) == 1

    def test_a_test_goes_to_one_endpoint(self, api, made):
        quiet, other = (make_endpoint(made.id, event_types=["organizations.closed"]) for _ in range(2))
        answer = api.post(f"{ENDPOINTS}{quiet.id}/test/")
        assert (answer.status_code, answer.json()["event_type"]) == (202, "webhooks.test")
        assert api.get(answer["Location"]).json()["state"] == "pending"
        assert [each.endpoint_id for each in deliveries(made.id)] == [quiet.id]
        assert other.id != quiet.id

    def test_a_key_sends_once(self, api, made, endpoint):
        headers = {"Idempotency-Key": '"the same"'}
        first, second = (api.post(f"{ENDPOINTS}{endpoint.id}/test/", headers=headers) for _ in range(2))
        assert first.content == second.content
        assert second["Idempotent-Replayed"] == "true"
        assert len(deliveries(made.id)) == 1


class TestRecovery:
    def test_what_was_missed_is_sent_again(self, api, made, endpoint):
        now = clock.now()
        moments = [now - timedelta(hours=hours) for hours in (5, 4, 3, 2)]
        happen(made.id, kind=MISSED, now=moments[0])
        attempt(endpoint, now=moments[0], outcome="refused", status=410)
        for moment in moments[1:]:
            happen(made.id, kind=MISSED, now=moment)
        api.request("PATCH", f"{ENDPOINTS}{endpoint.id}/", {"enabled": True})
        since = clock.rfc3339(moments[1])
        answer = api.post(f"{ENDPOINTS}{endpoint.id}/recovery/", {"since": since})
        assert (answer.status_code, answer.json()["since"]) == (202, since)
        relay.drain()
        operation = api.get(answer["Location"]).json()
        assert (operation["state"], operation["result"]) == ("succeeded", {"recovered": 3})
        missed = [each.state for each in deliveries(made.id) if each.event_type == MISSED]
        assert missed == ["failed", "pending", "pending", "pending"]

    def test_in_batches(self, api, made, endpoint, monkeypatch):
        from tenon.platform.webhooks.services import deliveries as module

        monkeypatch.setattr(module, "BATCH", 2)
        api.request("PATCH", f"{ENDPOINTS}{endpoint.id}/", {"enabled": False})
        for _ in range(5):
            happen(made.id, kind=MISSED, now=clock.now())
        api.request("PATCH", f"{ENDPOINTS}{endpoint.id}/", {"enabled": True})
        since = clock.now() - timedelta(hours=1)
        api.post(f"{ENDPOINTS}{endpoint.id}/recovery/", {"since": clock.rfc3339(since)})
        relay.drain()
        missed = [each.state for each in deliveries(made.id) if each.event_type == MISSED]
        assert missed == ["pending"] * 5

    def test_disabled_meanwhile(self, api, made, endpoint):
        since = clock.rfc3339(clock.now() - timedelta(hours=1))
        api.post(f"{ENDPOINTS}{endpoint.id}/recovery/", {"since": since})
        api.request("PATCH", f"{ENDPOINTS}{endpoint.id}/", {"enabled": False})
        happen(made.id)
        relay.drain()
        assert "pending" not in {each.state for each in deliveries(made.id)}

    def test_too_far_back(self, api, endpoint, settings):
        long_ago = clock.now() - timedelta(days=settings.WEBHOOK_KEEP_DAYS, hours=1)
        answer = api.post(f"{ENDPOINTS}{endpoint.id}/recovery/", {"since": clock.rfc3339(long_ago)})
        assert (answer.status_code, answer.json()["code"]) == (400, "too_far_back")


MANY = 100


def cost(api, method, path, body=None, *, status=200) -> int:
    with query_budget(MANY) as queries:
        answer = api.request(method, path, body)
    assert answer.status_code == status, answer.content
    return len([each for each in queries if "limits_counter" not in each])


@pytest.mark.parametrize("rows", [1, 12])
def test_what_each_route_costs(api, made, endpoint, rows):
    for number in range(rows):
        happen(made.id, now=NOW + timedelta(seconds=number))
        attempt(endpoint, now=NOW + timedelta(seconds=number))
    for _ in range(rows - 1):
        make_endpoint(made.id)
    path = f"{ENDPOINTS}{endpoint.id}/"
    [first, *_rest] = deliveries(made.id)
    assert cost(api, "GET", ENDPOINTS) == 3  # who asks; what they are there; the page, which is all there is
    assert cost(api, "GET", path) == 3
    assert cost(api, "GET", f"{path}deliveries/") == 4  # besides, whether there is such an endpoint
    assert cost(api, "GET", f"{DELIVERIES}{first.id}/") == 4
    # Who asks and what they are; the turn, and what they are by then; lane and endpoint; the change; what is told.
    assert cost(api, "PATCH", path, {"description": f"{rows}"}) <= 11
    assert cost(api, "POST", f"{path}test/", {}, status=202) <= 11
    assert cost(api, "POST", f"{DELIVERIES}{first.id}/redelivery/", {}, status=202) <= 13
