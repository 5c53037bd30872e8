"""The bucket: what is signed, since a stand-in enforces neither signature nor policy; and what happens without it."""

import base64
import hashlib
import json
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from botocore.config import Config

from tenon.platform.files import selectors, services
from tenon.platform.files.clients.current import store
from tenon.platform.files.clients.s3 import S3Store
from tenon.platform.files.errors import StoreLost
from tenon.platform.files.tests.factories import NOW, TEXT, announce, make_file, nobody_in
from tenon.platform.files.tests.stores import use_bucket
from tenon.testing.servers import free_port

pytestmark = pytest.mark.django_db
CHECKSUM = hashlib.sha256(TEXT).hexdigest()


def test_the_policy_of_a_form_binds_key_size_type_and_checksum(bucket, made):
    ticket = announce(made.id, checksum=CHECKSUM)
    upload = ticket.upload
    assert upload.method == "POST"
    policy = json.loads(base64.b64decode(upload.fields["policy"]))
    key = f"{made.id.hex}/{ticket.file_id.hex}-incoming"
    checksum = base64.b64encode(bytes.fromhex(CHECKSUM)).decode()
    for condition in (
        {"bucket": bucket},
        {"key": key},
        {"Content-Type": "text/plain"},
        {"x-amz-checksum-sha256": checksum},
        ["content-length-range", len(TEXT), len(TEXT)],
    ):
        assert condition in policy["conditions"], condition
    assert upload.fields["key"] == key
    assert "x-amz-signature" in upload.fields
    sent = httpx.post(upload.url, data=dict(upload.fields), files={"file": TEXT})
    assert sent.status_code == 204
    assert services.complete(principal=nobody_in(made.id), file_id=ticket.file_id, now=NOW).state == "ready"


def test_a_put_signs_length_type_and_checksum(bucket, made, settings):
    settings.S3_UPLOADS = "put"
    ticket = announce(made.id, checksum=CHECKSUM)
    upload = ticket.upload
    assert upload.method == "PUT"
    query = parse_qs(urlsplit(upload.url).query)
    signed = set(query["X-Amz-SignedHeaders"][0].split(";"))
    assert {"content-length", "content-type", "host"} <= signed
    assert "x-amz-checksum-sha256" in signed | set(query)
    assert query["X-Amz-Expires"] == ["3600"]
    assert httpx.put(upload.url, content=TEXT, headers=dict(upload.headers)).status_code == 200
    assert services.complete(principal=nobody_in(made.id), file_id=ticket.file_id, now=NOW).checksum == CHECKSUM


def test_a_download_is_signed_for_a_while_and_named(bucket, made):
    file = make_file(made.id, name="größe.txt")
    address = selectors.download_address(organization_id=made.id, file_id=file.id, inline=False, now=NOW)
    query = parse_qs(urlsplit(address).query)
    assert query["X-Amz-Expires"] == ["300"]
    assert "X-Amz-Signature" in query
    assert query["response-content-disposition"] == [
        "attachment; filename=\"groe.txt\"; filename*=UTF-8''gr%C3%B6%C3%9Fe.txt"
    ]
    answer = httpx.get(address)
    assert (answer.status_code, answer.content) == (200, TEXT)


def test_many_objects_are_listed_and_removed(bucket):
    bucket_store = store()
    assert isinstance(bucket_store, S3Store)
    for number in range(5):
        bucket_store.save(f"folder/{number}", BytesIO(b"x"), content_type="text/plain")
    assert list(bucket_store.folders()) == ["folder"]
    found = list(bucket_store.objects("folder"))
    assert [each.key for each in found] == [f"folder/{number}" for number in range(5)]
    assert {each.size for each in found} == {1}
    bucket_store.remove([each.key for each in found])
    assert list(bucket_store.objects("folder")) == []
    assert bucket_store.size("folder/1") is None
    assert bucket_store.open("folder/1") is None


def test_a_store_that_does_not_answer_is_a_503_and_no_more(made, settings):
    use_bucket(settings, f"http://127.0.0.1:{free_port()}", "nowhere")
    settings.STORAGES["files"]["OPTIONS"]["client_config"] = _impatient()
    with pytest.raises(StoreLost):
        make_file(made.id)
    bucket_store = store()
    for call in (
        lambda: bucket_store.open("a/b"),
        lambda: bucket_store.size("a/b"),
        lambda: bucket_store.remove(["a/b"]),
        lambda: list(bucket_store.folders()),
        lambda: list(bucket_store.objects("a")),
    ):
        with pytest.raises(StoreLost):
            call()


def _impatient() -> Config:
    return Config(connect_timeout=1, retries={"total_max_attempts": 1}, signature_version="s3v4")
