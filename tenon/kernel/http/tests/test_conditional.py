"""If-Match and If-None-Match as RFC 9110 §13 has them."""

from datetime import UTC, datetime

import pytest

from tenon.kernel.errors import PreconditionFailed
from tenon.kernel.http.conditional import NotModified, check, etag
from tenon.kernel.http.tests.test_problems import problem

TAG = etag("resource", 1)


def test_a_tag_changes_with_every_part_and_only_then():
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert etag("a", 1, at) == etag("a", 1, at)
    assert len({etag("a", 1, at), etag("a", 2, at), etag("a", 1), etag("a1", at), etag("1", "a", at)}) == 5
    assert etag("a").startswith('"')


@pytest.mark.parametrize("header", [TAG, f"W/{TAG}", f'"x", {TAG}', "*"])
@pytest.mark.parametrize("method", ["get", "head"])
def test_who_has_it_gets_304(client, method, header):
    response = getattr(client, method)("/resource/", headers={"If-None-Match": header})

    assert (response.status_code, response.content, response["ETag"]) == (304, b"", TAG)
    assert "Content-Type" not in response


@pytest.mark.parametrize("header", ['"x"', "", "nonsense", TAG.strip('"')])
def test_who_has_another_gets_it(client, header):
    assert client.get("/resource/", headers={"If-None-Match": header}).status_code == 200


@pytest.mark.parametrize(
    ("header", "status"), [(TAG, 204), ("*", 204), (f'"x", {TAG}', 204), (f"W/{TAG}", 412), ('"x"', 412), ("", 412)]
)
def test_if_match_guards_an_update(client, header, status):
    response = client.patch("/resource/", headers={"If-Match": header})

    assert response.status_code == status
    if status == 412:
        problem(response, 412, "precondition_failed")


def test_if_none_match_guards_a_change(client):
    problem(client.patch("/resource/", headers={"If-None-Match": "*"}), 412, "precondition_failed")
    assert client.patch("/resource/", headers={"If-None-Match": '"x"'}).status_code == 204


def test_if_match_goes_first(client):
    response = client.get("/resource/", headers={"If-Match": '"x"', "If-None-Match": TAG})
    problem(response, 412, "precondition_failed")


def test_nothing_there(rf):
    check(rf.put("/", headers={"If-None-Match": "*"}), None)
    with pytest.raises(PreconditionFailed):
        check(rf.put("/", headers={"If-Match": "*"}), None)


def test_no_condition_is_no_matter(rf):
    check(rf.get("/"), TAG)


def test_not_modified_knows_its_tag():
    assert NotModified(TAG).etag == TAG
