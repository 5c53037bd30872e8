"""What every Endpoint does."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.http import HttpResponse

from tenon.kernel.errors import Forbidden, NotFound
from tenon.kernel.http import acting
from tenon.kernel.http.checks import check_audiences, endpoints
from tenon.kernel.http.deprecation import Deprecation
from tenon.kernel.http.tests.routes import Member, Orders, Undeclared
from tenon.kernel.http.tests.test_problems import problem
from tenon.kernel.principal import Principal, PrincipalKind

ONE, OTHER = UUID(int=1), UUID(int=2)


@pytest.fixture
def members(monkeypatch):
    """Who knows members, for these tests: everybody belongs to ONE, called `one`, and staff may delete there."""

    def resolve(principal, reference):
        if reference not in {"", "one", str(ONE)}:
            raise NotFound
        words = frozenset({"tests:delete"} if principal.kind == "staff" else ())
        return replace(principal, organization_id=ONE, permissions=words)

    monkeypatch.setattr(acting, "_resolvers", [resolve])


@pytest.mark.usefixtures("members")
@pytest.mark.parametrize(("kind", "status"), [("user", 200), ("api_key", 403), ("device", 403), ("system", 403)])
def test_the_audience_decides(client, kind, status):
    assert client.get("/member/", headers={"X-Kind": kind}).status_code == status


@pytest.mark.usefixtures("members")
def test_a_member_acts_in_the_organization_of_the_header_or_the_path(client):
    for path, header in (("/member/", {}), ("/member/", {"X-Organization-ID": "one"}), (f"/member/{ONE}/", {})):
        answer = client.get(path, headers={"X-Kind": "user", **header})
        assert answer.json() == {"kind": "user", "organization": str(ONE)}
    for path, header in (("/member/", {"X-Organization-ID": str(OTHER)}), (f"/member/{OTHER}/", {})):
        problem(client.get(path, headers={"X-Kind": "user", **header}), 404, "not_found")


@pytest.mark.usefixtures("members")
def test_the_path_outdoes_the_header(client):
    problem(client.get(f"/member/{OTHER}/", headers={"X-Kind": "user", "X-Organization-ID": "one"}), 404, "not_found")


@pytest.mark.usefixtures("members")
def test_a_member_without_the_permission_is_refused(client):
    refused = problem(client.delete("/member/", headers={"X-Kind": "user"}), 403, "forbidden")
    assert refused["detail"] == "This needs the permission tests:delete."
    assert client.delete("/member/", headers={"X-Kind": "staff"}).status_code == 204


@pytest.mark.usefixtures("members")
def test_a_head_needs_what_the_get_needs(client, monkeypatch):
    assert client.head("/member/", headers={"X-Kind": "user"}).status_code == 200
    monkeypatch.setattr(Member, "permissions", {"GET": "tests:delete"})
    assert client.head("/member/", headers={"X-Kind": "user"}).status_code == 403
    assert client.head("/member/", headers={"X-Kind": "staff"}).status_code == 200
    monkeypatch.setattr(Member, "permissions", {})
    monkeypatch.setattr(Member, "for_programs", frozenset({"GET"}))
    assert client.head("/member/", headers={"X-Kind": "api_key"}).status_code == 200


def test_a_key_acts_in_its_own_organization_and_in_no_other():
    key = Principal(PrincipalKind.API_KEY, organization_id=ONE)
    assert acting.resolve(key, "") == acting.resolve(key, str(ONE)) == key
    with pytest.raises(NotFound):
        acting.resolve(key, str(OTHER))


def test_nobody_is_a_member_where_nobody_knows_members(monkeypatch):
    monkeypatch.setattr(acting, "_resolvers", [])
    with pytest.raises(Forbidden):
        acting.resolve(Principal(PrincipalKind.USER), "")


@pytest.mark.usefixtures("members")
@pytest.mark.parametrize("kind", ["api_key", "service"])
def test_a_program_does_nothing_that_no_word_is_for(client, monkeypatch, kind):
    refused = problem(client.get("/member/", headers={"X-Kind": kind}), 403, "forbidden")
    assert refused["detail"] == "API keys and other programs may not do this."
    monkeypatch.setattr(Member, "permissions", {"GET": "tests:delete"})
    refused = problem(client.get("/member/", headers={"X-Kind": kind}), 403, "forbidden")
    assert refused["detail"] == "This needs the permission tests:delete."
    monkeypatch.setattr(Member, "permissions", {})
    monkeypatch.setattr(Member, "for_programs", frozenset({"GET"}))
    assert client.get("/member/", headers={"X-Kind": kind}).status_code == 200


@pytest.fixture
def shops(members, monkeypatch):
    """Who knows shops: OTHER is at the host `testserver`, and ONE, called `one`, at its slug."""

    def visit(principal, reference, host):
        if reference not in {"", "one"}:
            raise NotFound
        assert host == "testserver"
        return replace(principal, organization_id=ONE if reference else OTHER)

    monkeypatch.setattr(acting, "_visitings", [visit])


@pytest.mark.usefixtures("shops")
@pytest.mark.parametrize("kind", [None, "user", "staff", "api_key", "device"])
def test_anybody_is_a_shopper_where_the_host_or_the_header_says(client, kind):
    headers = {"X-Kind": kind} if kind else {}
    assert client.get("/shop/", headers=headers).json()["organization"] == str(OTHER)
    assert client.get("/shop/", headers={**headers, "X-Organization-ID": "one"}).json()["organization"] == str(ONE)
    problem(client.get("/shop/", headers={**headers, "X-Organization-ID": "none"}), 404, "not_found")


@pytest.mark.usefixtures("shops")
def test_what_needs_a_permission_in_a_shop_is_for_members(client):
    problem(client.delete("/shop/"), 401, "not_authenticated")
    problem(client.delete("/shop/", headers={"X-Kind": "user"}), 403, "forbidden")
    problem(client.delete("/shop/", headers={"X-Kind": "staff", "X-Organization-ID": str(OTHER)}), 404, "not_found")
    assert client.delete("/shop/", headers={"X-Kind": "staff"}).status_code == 204


def test_a_key_shops_in_its_own_organization_alone():
    key = Principal(PrincipalKind.API_KEY, organization_id=ONE)
    assert acting.visit(key, "", "testserver") == acting.visit(key, str(ONE), "testserver") == key
    with pytest.raises(NotFound):
        acting.visit(key, str(OTHER), "testserver")


def test_there_is_no_shop_where_nobody_knows_shops(monkeypatch):
    monkeypatch.setattr(acting, "_visitings", [])
    with pytest.raises(Forbidden):
        acting.visit(Principal(PrincipalKind.ANONYMOUS), "", "testserver")


def test_a_slug_means_the_organization_that_has_it(monkeypatch):
    key = Principal(PrincipalKind.API_KEY, organization_id=ONE)
    monkeypatch.setattr(acting, "_namings", [lambda organization_id, slug: (organization_id, slug) == (ONE, "one")])
    assert acting.resolve(key, "one") == acting.resolve(key, ONE.hex.upper()) == key
    with pytest.raises(NotFound):
        acting.resolve(key, "other")


def test_a_stranger_is_asked_to_sign_in(client):
    problem(client.get("/member/"), 401, "not_authenticated")


def test_a_route_without_an_audience_answers_nobody(client):
    problem(client.get("/undeclared/", headers={"X-Kind": "staff"}), 403, "forbidden")


def test_a_route_without_an_audience_fails_the_check():
    [error] = check_audiences()
    assert error.id == "http.E001"
    assert "/undeclared/" in error.msg


def test_the_routes_are_walked_with_their_views():
    found = dict(endpoints())
    assert found["/orders/"] is Orders
    assert found["/inside/orders/"] is Orders
    assert found["/undeclared/"] is Undeclared
    assert found["/plain"] is None


def test_deprecation_and_caching_are_told(client):
    response = client.get("/resource/")

    assert response["Deprecation"] == "@1767225600"
    assert response["Sunset"] == "Fri, 01 Jan 2027 00:00:00 GMT"
    assert response["Link"] == '</new/>; rel="successor-version"'
    assert response["Cache-Control"] == "private, max-age=60"
    assert response.json() == {"at": "2026-01-01T00:00:00.000Z"}


def test_a_sunset_is_told_only_when_it_is_known():
    response = HttpResponse()
    Deprecation(since=datetime(2026, 1, 1, tzinfo=UTC), successor="/new/").mark(response)
    assert "Sunset" not in response
    assert response["Deprecation"] == "@1767225600"


def test_a_failure_is_not_cached_as_the_answer_would_be(client):
    assert client.delete("/resource/")["Cache-Control"] == "no-store"
