"""Files over HTTP: what is answered, what is refused, what a browser may do with the bytes."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tenon.kernel.http import uploads
from tenon.platform.files.tests.factories import TEXT, announce, make_file
from tenon.platform.identity.models import User
from tenon.platform.organizations.tests.factories import add_member, make_organization
from tenon.platform.organizations.tests.people import signed_in
from tenon.testing import bombs
from tenon.testing.client import Answer, Api
from tenon.testing.pictures import encoded, photograph
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db
FILES = "/api/v1/files/"


@pytest.fixture
def member(made) -> Api:
    """Somebody who may send and read."""
    return signed_in(add_member(made.id))


def form(content: bytes = TEXT, name: str = "words.txt", **fields: Any) -> bytes:
    return encode_multipart(BOUNDARY, {**fields, "file": SimpleUploadedFile(name, content, "text/plain")})


def send(api: Api, body: bytes, organization_id: Any, content_type: str = MULTIPART_CONTENT, **more: str) -> Answer:
    headers = {"Authorization": f"Bearer {api.token}", "X-Organization-ID": str(organization_id), **more}
    return api._client.generic("POST", FILES, body, content_type=content_type, headers=headers)


def bytes_of(answer: Answer) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_file_is_sent_shown_read_and_deleted(made, member):
    sent = send(member, form(photograph(), "harbour.jpg", purpose="image"), made.id)
    assert sent.status_code == 201, sent.content
    file = sent.json()
    assert (file["name"], file["content_type"], file["width"]) == ("harbour.jpg", "image/jpeg", 64)
    path = sent["Location"]
    assert member.get(path).json() == file
    listed = member.get(f"{FILES}?filter[content_type]=image/jpeg&filter[state]=ready").json()
    assert listed["data"] == [file]
    moved = member.get(f"{path}content/")
    assert moved.status_code == 302
    assert not moved.content
    got = Api().get(moved["Location"])
    assert (got.status_code, got["Content-Type"], got["Content-Length"]) == (200, "image/jpeg", str(file["size"]))
    assert len(bytes_of(got)) == file["size"]
    assert member.delete(path).status_code == 204
    assert member.get(path).status_code == 404
    assert Api().get(moved["Location"]).status_code == 404


def test_two_steps(made, member):
    begun = member.post(f"{FILES}uploads/", {"name": "a.txt", "size": len(TEXT), "content_type": "text/plain"})
    assert begun.status_code == 201, begun.content
    ticket = begun.json()
    assert ticket["method"] == "PUT"
    assert ticket["url"].startswith("http://127.0.0.1:8000/api/v1/files/uploads/")
    address = ticket["url"].removeprefix("http://127.0.0.1:8000")
    completion = f"{FILES}{ticket['file_id']}/completion/"
    assert member.post(completion).json()["code"] == "not_uploaded"
    too_much = Api()._client.put(address, TEXT * 2, content_type="text/plain")
    assert too_much.status_code == 413
    for too_little in (TEXT[:3], b""):
        assert Api()._client.put(address, too_little, content_type="text/plain").status_code == 409
    assert Api()._client.put(address, TEXT, content_type="text/plain").status_code == 204
    done = member.post(completion)
    assert (done.status_code, done.json()["state"]) == (200, "ready")
    assert member.post(completion).json() == done.json()
    assert Api()._client.put(address, TEXT, content_type="text/plain").status_code == 409


def test_an_unsigned_address_reads_no_body(made):
    answer = Api()._client.put(f"{FILES}uploads/nonsense/", b"x" * 5_000_000, content_type="text/plain")
    assert (answer.status_code, answer.json()["code"]) == (404, "signature_expired")


@pytest.mark.parametrize(
    ("header", "status", "expected", "told"),
    [
        ("bytes=0-4", 206, TEXT[:5], "bytes 0-4/13"),
        ("bytes=6-", 206, TEXT[6:], "bytes 6-12/13"),
        ("bytes=-6", 206, TEXT[-6:], "bytes 7-12/13"),
        ("bytes=-99", 206, TEXT, "bytes 0-12/13"),
        ("bytes=5-99", 206, TEXT[5:], "bytes 5-12/13"),
        ("bytes=13-", 416, b"", "bytes */13"),
        ("bytes=-0", 416, b"", "bytes */13"),
        ("bytes=5-2", 200, TEXT, None),
        ("bytes=0-1,3-4", 200, TEXT, None),
        ("bytes=-", 200, TEXT, None),
        ("lines=1-2", 200, TEXT, None),
    ],
)
def test_a_part_of_a_file(made, member, header, status, expected, told):
    address = member.get(f"{FILES}{make_file(made.id).id}/content/")["Location"]
    answer = Api().get(address, headers={"Range": header})
    assert answer.status_code == status
    assert (bytes_of(answer) if answer.streaming else answer.content) == expected
    assert answer.get("Content-Range") == told


def test_a_part_of_another_version_is_the_whole(made, member):
    address = member.get(f"{FILES}{make_file(made.id).id}/content/")["Location"]
    whole = Api().get(address)
    tag = whole["ETag"]
    assert bytes_of(whole) == TEXT
    assert Api().get(address, headers={"If-None-Match": tag}).status_code == 304
    for condition, status in ((tag, 206), ('"another"', 200)):
        answer = Api().get(address, headers={"Range": "bytes=0-1", "If-Range": condition})
        assert answer.status_code == status
        bytes_of(answer)


def test_bytes_are_sent_so_that_a_browser_runs_nothing(made, member):
    text, picture = make_file(made.id, name='ä"b\\c.txt'), make_file(made.id, encoded("PNG"), name="p.png")
    saved = Api().get(member.get(f"{FILES}{text.id}/content/?disposition=inline")["Location"])
    assert saved["Content-Disposition"] == 'attachment; filename="c.txt"'
    shown = Api().get(member.get(f"{FILES}{picture.id}/content/?disposition=inline")["Location"])
    assert shown["Content-Disposition"] == 'inline; filename="p.png"'
    for answer in (saved, shown):
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert "script" not in answer["Content-Security-Policy"]
        assert "Content-Encoding" not in answer
        bytes_of(answer)
    plain = Api().get(member.get(f"{FILES}{text.id}/content/")["Location"], headers={"Accept-Encoding": "gzip"})
    assert bytes_of(plain) == TEXT


def test_wrong_questions(made, member):
    file = make_file(made.id)
    assert member.get(f"{FILES}{file.id}/content/?disposition=upright").status_code == 400
    assert member.get(f"{FILES}?filter[name]=x").status_code == 400
    assert member.get(f"{FILES}{announce(made.id).file_id}/content/").json()["code"] == "file_not_ready"
    wrong = {"name": "a", "size": 0, "content_type": "nonsense", "checksum": "short", "purpose": "A B", "more": 1}
    pointers = {each["pointer"] for each in member.post(f"{FILES}uploads/", wrong).json()["errors"]}
    assert pointers == {"/size", "/content_type", "/checksum", "/purpose", "/more"}
    assert (
        member.post(f"{FILES}uploads/", {**_announcement(), "purpose": "none_such"}).json()["code"] == "unknown_purpose"
    )
    big = member.post(f"{FILES}uploads/", {**_announcement(), "size": 2**40})
    assert (big.status_code, big.json()["code"]) == (400, "file_too_large")


def _announcement() -> dict[str, Any]:
    return {"name": "a.txt", "size": 10, "content_type": "text/plain"}


def test_refusals_are_told_in_words(made, member, settings):
    for content, code, reason in (
        (bombs.wide_png(), "image_refused", "too_many_pixels"),
        (bombs.SVG, "file_refused", "type_refused"),
        (bombs.PDF + bombs.PAGE, "file_refused", "trailing_data"),
    ):
        answer = send(member, form(content), made.id)
        body = answer.json()
        assert (answer.status_code, body["code"], body["reason"]) == (422, code, reason)
    settings.FILES_QUOTA_BYTES = 1
    assert send(member, form(), made.id).json()["code"] == "quota_used_up"
    assert send(member, form(checksum="0" * 64), made.id).status_code == 422


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"nonsense", 400),
        (encode_multipart(BOUNDARY, {"purpose": "image"}), 400),
        (form() + form(), 400),
        (encode_multipart(BOUNDARY, {"file": [SimpleUploadedFile("a", TEXT), SimpleUploadedFile("b", TEXT)]}), 400),
        (encode_multipart(BOUNDARY, {"other": SimpleUploadedFile("a", TEXT)}), 400),
        (encode_multipart(BOUNDARY, {"purpose": ["image", "image"], "file": SimpleUploadedFile("a", TEXT)}), 400),
        (encode_multipart(BOUNDARY, {f"f{n}": "x" for n in range(30)}), 400),
        (encode_multipart(BOUNDARY, {"purpose": "x" * 200_000}), 400),
        (form(name="n" * 200).replace(b"n" * 200, b"n" * 1500), 400),
        (form(more="x"), 400),
    ],
)
def test_forms_that_are_none(made, member, body, status):
    answer = send(member, body, made.id)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json"), answer.content


def test_bodies_that_are_too_large(made, member, settings, monkeypatch):
    settings.MAX_UPLOAD_BYTES = 2000
    assert send(member, form(b"x" * 100_000), made.id).status_code == 413, "by what it announces"
    assert send(member, form(b"x" * 5000), made.id).status_code == 413, "by what comes"
    monkeypatch.setattr(uploads, "IN_MEMORY", 10)
    assert send(member, form(b"x" * 1500), made.id).status_code == 201


def test_other_bodies_are_not_read(made, member):
    assert send(member, b"{}", made.id, content_type="application/json").status_code == 415


def test_who_may_do_what(made):
    billing, outsider = signed_in(add_member(made.id, role="billing")), signed_in()
    file = make_file(made.id)
    assert send(billing, form(), made.id).status_code == 403
    assert billing.delete(f"{FILES}{file.id}/").status_code == 403
    assert billing.get(f"{FILES}{file.id}/").status_code == 200
    own = make_organization()
    stranger = signed_in(User.objects.get(pk=own.owner_id))
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "content/"), ("POST", "completion/")):
        assert stranger.request(method, f"{FILES}{file.id}/{path}").status_code == 404
    assert send(outsider, form(), made.id).status_code == 404
    assert stranger.get(f"{FILES}{uuid4()}/").status_code == 404


def test_what_it_costs(made, member):
    for _ in range(5):
        make_file(made.id)
    with query_budget(9):
        assert len(member.get(FILES).json()["data"]) == 5
    file = make_file(made.id)
    with query_budget(8):
        assert member.get(f"{FILES}{file.id}/").status_code == 200


def test_uploads_are_limited(made, member, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "upload": "1/min"}
    assert send(member, form(), made.id).status_code == 201
    assert send(member, form(), made.id).status_code == 429
