"""Limits of routes: who is counted, what is told, and what does not help against them."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import NAMESPACE_DNS, uuid5

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from tenon.kernel.errors import NotFound
from tenon.kernel.http import acting
from tenon.kernel.principal import Principal

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _limits(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tenon.kernel.http.tests.limited_routes"
    settings.REDIS_URL = ""
    settings.RATE_LIMITS = {"anonymous": "2/min", "user": "3/min", "special": "1/5min", "guess": "1/hour"}


def statuses(client: Client, path: str, times: int, **request: str) -> list[int]:
    return [client.get(path, **request).status_code for _ in range(times)]  # type: ignore[arg-type]


def test_anonymous_callers_are_counted_by_address(client: Client) -> None:
    assert statuses(client, "/limited/", 3, REMOTE_ADDR="192.0.2.1") == [200, 200, 429]
    assert statuses(client, "/limited/", 1, REMOTE_ADDR="192.0.2.2") == [200]


def test_a_claimed_address_does_not_help(client: Client) -> None:
    answers = [client.get("/limited/", headers={"x-forwarded-for": f"203.0.113.{n}"}).status_code for n in range(4)]
    assert answers == [200, 200, 429, 429]


def test_behind_a_proxy_the_address_that_it_saw_counts(client: Client, settings: Settings) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    claims = [f"203.0.113.{n}, 198.51.100.7" for n in range(3)]
    assert [client.get("/limited/", headers={"x-forwarded-for": claim}).status_code for claim in claims] == [
        200,
        200,
        429,
    ]
    assert client.get("/limited/", headers={"x-forwarded-for": "198.51.100.8"}).status_code == 200


def test_people_are_counted_wherever_they_come_from(client: Client) -> None:
    answers = [
        client.get("/limited/", headers={"x-kind": "user"}, REMOTE_ADDR=f"192.0.2.{n}").status_code for n in range(4)
    ]
    assert answers == [200, 200, 200, 429]
    assert client.get("/limited/", headers={"x-kind": "device"}).status_code == 200


@pytest.fixture
def members(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody is a member of whatever the header names, but of `closed`."""

    def resolve(principal: Principal, reference: str) -> Principal:
        if reference == "closed":
            raise NotFound
        return replace(principal, organization_id=uuid5(NAMESPACE_DNS, reference))

    monkeypatch.setattr(acting, "_resolvers", [resolve])


def ask(client: Client, *callers: tuple[str, str, str]) -> list[int]:
    """The statuses of requests of members and keys; each is its kind, its name and its organization."""
    header = {"user": "x-organization-id", "api_key": "x-organization"}
    return [
        client.get("/members/", headers={"x-kind": kind, "x-name": name, header[kind]: place}).status_code
        for kind, name, place in callers
    ]


@pytest.mark.usefixtures("members")
def test_keys_are_counted_one_by_one(client: Client, settings: Settings) -> None:
    settings.RATE_LIMITS |= {"api_key": "2/min", "organization": "100/min"}
    assert ask(client, *[("api_key", "one", "acme")] * 3) == [200, 200, 429]
    assert ask(client, ("api_key", "other", "acme"), ("user", "one", "acme")) == [200, 200]


@pytest.mark.usefixtures("members")
def test_an_organization_is_counted_whoever_acts_in_it(client: Client, settings: Settings) -> None:
    settings.RATE_LIMITS |= {"api_key": "100/min", "organization": "3/min"}
    noisy = [("user", "ada", "acme"), ("api_key", "one", "acme"), ("user", "bob", "acme"), ("api_key", "two", "acme")]
    assert ask(client, *noisy) == [200, 200, 200, 429]
    # Its neighbours, and its own members elsewhere, have all that is theirs.
    assert ask(client, *[("user", "ada", "globex")] * 3) == [200, 200, 429]
    assert ask(client, *[("api_key", "three", "initech")] * 4) == [200, 200, 200, 429]


@pytest.mark.usefixtures("members")
def test_what_the_organization_is_refused_does_not_count_for_its_member(client: Client, settings: Settings) -> None:
    settings.RATE_LIMITS |= {"organization": "1/min"}
    assert ask(client, *[("user", "ada", "acme")] * 9) == [200, *[429] * 8]
    assert ask(client, ("user", "ada", "globex"), ("user", "ada", "initech"), ("user", "ada", "hooli")) == [
        200,
        200,
        429,
    ]


@pytest.mark.usefixtures("members")
def test_where_nobody_acts_for_it_an_organization_is_not_counted(client: Client, settings: Settings) -> None:
    settings.RATE_LIMITS |= {"organization": "1/min"}
    headers = {"x-kind": "user", "x-organization-id": "acme"}
    assert [client.get("/limited/", headers=headers).status_code for _ in range(2)] == [200, 200]
    assert '"organization"' not in client.get("/limited/", headers=headers)["RateLimit"]


@pytest.mark.usefixtures("members")
def test_who_tries_organizations_that_are_not_his_is_counted_as_himself(client: Client, settings: Settings) -> None:
    settings.RATE_LIMITS |= {"organization": "100/min"}
    assert ask(client, *[("user", "eve", "closed")] * 5) == [404, 404, 404, 429, 429]
    assert ask(client, ("user", "ada", "acme")) == [200]


@pytest.mark.usefixtures("members")
def test_all_limits_of_a_member_are_told_and_counted_at_once(client: Client, settings: Settings) -> None:
    settings.RATE_LIMITS |= {"organization": "100/min"}
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/members/", headers={"x-kind": "user", "x-organization-id": "acme"})
    assert len([query for query in queries if query["sql"].startswith("INSERT")]) == 1
    assert answer["RateLimit-Policy"] == '"user";q=3;w=60, "organization";q=100;w=60'


def test_staff_routes_count_only_what_they_name(client: Client) -> None:
    headers = {"x-kind": "staff"}
    assert [client.get("/staff/", headers=headers).status_code for _ in range(5)] == [200] * 5
    assert "X-RateLimit-Limit" not in client.get("/staff/", headers=headers)
    assert [client.get("/named-staff/", headers=headers).status_code for _ in range(2)] == [200, 429]


@pytest.mark.parametrize("path", ["/limited/", "/staff/"])
def test_who_cannot_prove_who_he_is_is_counted_by_address(client: Client, path: str) -> None:
    forged = {"x-kind": "forged"}
    answers = [client.get(path, headers=forged, REMOTE_ADDR="192.0.2.1") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [401, 401, 429, 429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert client.get(path, headers=forged, REMOTE_ADDR="192.0.2.2").status_code == 401
    # Whoever can is not kept out by it.
    assert client.get(path, headers={"x-kind": "staff"}, REMOTE_ADDR="192.0.2.1").status_code == 200


def test_who_says_nothing_where_he_must_is_counted_by_address(client: Client) -> None:
    assert statuses(client, "/staff/", 4) == [401, 401, 429, 429]


def test_who_may_not_is_counted_as_himself(client: Client) -> None:
    headers = {"x-kind": "user"}
    assert [client.get("/staff/", headers=headers).status_code for _ in range(5)] == [403, 403, 403, 429, 429]


def test_a_refusal_by_a_route_without_limits_counts_nowhere(client: Client) -> None:
    assert [client.get("/unlimited/", headers={"x-kind": "forged"}).status_code for _ in range(4)] == [401] * 4


def test_an_answer_tells_every_limit_and_the_tightest_in_the_older_headers(client: Client) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client.get("/limited/")
        clock.shift(10)
        answer = client.get("/named/")
    assert answer.status_code == 200
    assert answer["RateLimit-Policy"] == '"anonymous";q=2;w=60, "special";q=1;w=300'
    assert answer["RateLimit"] == '"anonymous";r=0;t=50, "special";r=0;t=300'
    assert answer["X-RateLimit-Limit"] == "2"
    assert answer["X-RateLimit-Remaining"] == "0"
    assert answer["X-RateLimit-Reset"] == str(int(NOON.timestamp()) + 60)
    assert "Retry-After" not in answer


def test_a_refusal_is_a_problem_that_says_when_to_come_back(client: Client) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client.get("/named/")
        clock.shift(20)
        answer = client.get("/named/")
        assert answer.status_code == 429
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "too_many_requests"
        assert answer["Retry-After"] == "280"
        assert answer["X-RateLimit-Limit"] == "1"
        assert answer["X-RateLimit-Remaining"] == "0"
        assert answer["X-RateLimit-Reset"] == str(int(NOON.timestamp()) + 300)
        # The refused request was not counted elsewhere.
        assert answer["RateLimit"] == '"anonymous";r=1;t=40, "special";r=0;t=280'
        clock.shift(280)
        assert client.get("/named/").status_code == 200


def test_a_limit_may_be_for_one_method_alone(client: Client) -> None:
    assert '"special"' not in client.get("/named-post/")["RateLimit"]
    assert '"special"' in client.post("/named-post/")["RateLimit"]


def test_what_a_service_counts_is_told_as_well(client: Client) -> None:
    assert '"guess";r=0;t=3600' in client.post("/guarded/")["RateLimit"]
    refusal = client.post("/guarded/")
    assert refusal.status_code == 429
    assert refusal["X-RateLimit-Limit"] == "1"
    assert int(refusal["Retry-After"]) > 3500


def test_all_limits_of_a_route_are_counted_in_one_statement(client: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        client.get("/named/")
    written = [query["sql"] for query in queries if query["sql"].startswith("INSERT")]
    assert len(written) == 1


def test_a_route_without_limits_tells_none(client: Client) -> None:
    for _ in range(5):
        answer = client.get("/unlimited/")
        assert answer.status_code == 200
        assert not [name for name in answer.headers if "RateLimit" in name]


def test_the_limits_of_one_request_are_not_told_to_the_next(client: Client) -> None:
    client.get("/named/")
    assert "special" not in client.get("/limited/")["RateLimit"]
