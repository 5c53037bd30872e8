"""Files come in: at once or in two steps, into a folder or a bucket; what they are is decided by their bytes."""

import hashlib
from datetime import timedelta
from io import BytesIO

import httpx
import pytest

from tenon.kernel.errors import Forbidden, NotFound
from tenon.kernel.images.refusals import ImageRefused
from tenon.kernel.principal import Principal, PrincipalKind
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.files import selectors, services
from tenon.platform.files.clients.current import store
from tenon.platform.files.errors import (
    ChecksumDiffers,
    FileRefused,
    FileTooLarge,
    NotReady,
    NotUploaded,
    QuotaUsedUp,
    SignatureExpired,
    UnknownPurpose,
    UploadClosed,
)
from tenon.platform.files.models import File, Usage
from tenon.platform.files.tests.factories import NOW, TEXT, announce, make_file, nobody_in, send, word_of
from tenon.platform.identity.tests import outbox
from tenon.platform.organizations.tests.factories import acting_as, add_member, make_organization
from tenon.testing import bombs
from tenon.testing.pictures import SECRET_PLACE, photograph

pytestmark = pytest.mark.django_db


def used(organization_id) -> int:
    with organization_scope(organization_id):
        row = Usage.objects.first()
        return row.bytes if row else 0


def row_of(organization_id, file_id) -> File:
    with organization_scope(organization_id):
        return File.objects.get(pk=file_id)


def deliver(ticket: services.UploadTicket, content: bytes = TEXT) -> None:
    """As a client would: by the signed address, whatever kind it is."""
    upload = ticket.upload
    if upload.url.startswith("http://127.0.0.1:8000/"):
        send(ticket, content)
    elif upload.method == "POST":
        answer = httpx.post(upload.url, data=dict(upload.fields), files={"file": content})
        assert answer.status_code == 204, answer.text
    else:
        answer = httpx.put(upload.url, content=content, headers=dict(upload.headers))
        assert answer.status_code == 200, answer.text


def test_a_file_is_sent_at_once(either_store, made):
    owner = acting_as(made.owner_id, made.id)
    file = make_file(made.id, principal=owner, name="notes.txt")
    assert (file.state, file.content_type, file.size, file.name) == ("ready", "text/plain", len(TEXT), "notes.txt")
    assert file.checksum == hashlib.sha256(TEXT).hexdigest()
    assert file.uploaded_by_id == made.owner_id
    assert file.expires_at is None
    content = selectors.open_file(organization_id=made.id, file_id=file.id)
    with content.stream:
        assert content.stream.read() == TEXT
    assert content.content_type == "text/plain; charset=utf-8"
    assert used(made.id) == len(TEXT)
    name, payload = outbox.events()[-1]
    assert name == "files.uploaded"
    assert payload["checksum"] == file.checksum


def test_a_file_is_sent_in_two_steps(either_store, made):
    checksum = hashlib.sha256(TEXT).hexdigest()
    ticket = announce(made.id, checksum=checksum)
    assert ticket.expires_at == NOW + timedelta(minutes=60)
    with pytest.raises(NotUploaded):
        services.complete(principal=nobody_in(made.id), file_id=ticket.file_id, now=NOW)
    with pytest.raises(NotReady):
        selectors.download_address(organization_id=made.id, file_id=ticket.file_id, inline=False, now=NOW)
    deliver(ticket)
    done = services.complete(principal=nobody_in(made.id), file_id=ticket.file_id, now=NOW)
    assert (done.state, done.checksum, done.size) == ("ready", checksum, len(TEXT))
    assert services.complete(principal=nobody_in(made.id), file_id=ticket.file_id, now=NOW) == done
    assert outbox.event_names().count("files.uploaded") == 1
    assert store().size(f"{made.id.hex}/{ticket.file_id.hex}-incoming") == len(TEXT), "removed by a job, not before"


def test_a_picture_is_kept_clean(either_store, made):
    sent = photograph(orientation=6, width=64, height=32)
    assert SECRET_PLACE in sent
    file = make_file(made.id, sent, name="harbour", purpose="image")
    assert (file.name, file.content_type, file.width, file.height) == ("harbour.jpg", "image/jpeg", 32, 64)
    content = selectors.open_file(organization_id=made.id, file_id=file.id)
    with content.stream:
        kept = content.stream.read()
    assert SECRET_PLACE not in kept
    assert (file.size, file.checksum) == (len(kept), hashlib.sha256(kept).hexdigest())
    assert used(made.id) == len(kept)


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (TEXT, "a.txt", "text/plain"),
        (TEXT, "a.csv", "text/csv"),
        (bombs.PDF, "a.exe", "application/pdf"),
        (photograph("PNG"), "a.pdf", "image/png"),
        (b"\xef\xbb\xbf" + TEXT, "bom.txt", "text/plain"),
    ],
)
def test_the_bytes_decide_what_it_is(made, content, name, expected):
    assert make_file(made.id, content, name=name).content_type == expected


HOSTILE = [each for each in bombs.hostile() if not each[0].startswith("bytes-")]


@pytest.mark.parametrize(("name", "content"), HOSTILE, ids=[name for name, _ in HOSTILE])
def test_what_could_harm_is_refused_and_leaves_nothing(made, name, content):
    with pytest.raises((FileRefused, ImageRefused)):
        make_file(made.id, content, name=name)
    with organization_scope(made.id):
        assert [(row.state, bool(row.refusal)) for row in File.objects.all()] == [("refused", True)]
    assert list(store().objects(made.id.hex)) == []
    assert used(made.id) == 0
    assert outbox.event_names()[-1] == "files.upload_refused"


def test_a_purpose_says_what_it_takes(made):
    with pytest.raises(FileRefused) as refusal:
        make_file(made.id, bombs.PDF, purpose="image")
    assert refusal.value.extra == {"reason": "type_refused", "content_type": "application/pdf"}
    with pytest.raises(UnknownPurpose):
        make_file(made.id, purpose="world_domination")
    table = make_file(made.id, purpose="import")
    assert table.expires_at == NOW + timedelta(days=30)


def test_other_bytes_than_announced_are_refused(either_store, made):
    with pytest.raises(ChecksumDiffers):
        make_file(made.id, checksum="0" * 64)
    ticket = announce(made.id, checksum=hashlib.sha256(b"Other words.\n").hexdigest())
    store().save(row_of(made.id, ticket.file_id).storage_key, BytesIO(TEXT), content_type="text/plain")
    with pytest.raises(ChecksumDiffers):
        services.complete(principal=nobody_in(made.id), file_id=ticket.file_id, now=NOW)
    with pytest.raises(UploadClosed):
        services.complete(principal=nobody_in(made.id), file_id=ticket.file_id, now=NOW)
    assert row_of(made.id, ticket.file_id).refusal == "checksum_differs"


def test_another_size_than_announced_is_refused_unread(either_store, made):
    ticket = announce(made.id)
    store().save(row_of(made.id, ticket.file_id).storage_key, BytesIO(TEXT * 9), content_type="text/plain")
    with pytest.raises(FileRefused, match="another size"):
        services.complete(principal=nobody_in(made.id), file_id=ticket.file_id, now=NOW)
    assert used(made.id) == 0


def test_a_signed_address_takes_what_was_announced_and_no_more(made):
    ticket = announce(made.id)
    with pytest.raises(NotUploaded):
        send(ticket, TEXT + b"more")
    send(ticket, TEXT)
    send(ticket, TEXT.upper())
    done = services.complete(principal=nobody_in(made.id), file_id=ticket.file_id, now=NOW)
    assert done.checksum == hashlib.sha256(TEXT.upper()).hexdigest()
    with pytest.raises(UploadClosed):
        send(ticket)


def test_a_signed_address_is_good_for_one_use_and_a_while(made):
    word = word_of(announce(made.id))
    bent = word[:5] + ("0" if word[5] != "0" else "1") + word[6:]
    for wrong, now in ((bent, NOW), (word, NOW + timedelta(minutes=61)), (word[:-1], NOW), ("", NOW)):
        with pytest.raises(SignatureExpired):
            services.receive(word=wrong, content=BytesIO(TEXT), now=now)
    with pytest.raises(SignatureExpired):
        selectors.open_signed(word=word, now=NOW)


def test_an_upload_that_is_overdue_is_over(made):
    ticket = announce(made.id)
    send(ticket)
    with pytest.raises(UploadClosed):
        services.complete(principal=nobody_in(made.id), file_id=ticket.file_id, now=NOW + timedelta(hours=2))


def test_an_organization_has_so_much_room(made, settings):
    settings.FILES_QUOTA_BYTES = 2 * len(TEXT)
    first = make_file(made.id)
    ticket = announce(made.id)
    with pytest.raises(QuotaUsedUp):
        make_file(made.id)
    services.delete(principal=nobody_in(made.id), file_id=first.id)
    make_file(made.id)
    services.delete(principal=nobody_in(made.id), file_id=ticket.file_id)
    assert used(made.id) == len(TEXT)
    settings.FILES_QUOTA_BYTES = 0
    announce(made.id, size=10**6)
    make_file(make_organization().id)


def test_a_file_has_so_many_bytes(made, settings):
    settings.MAX_FILE_BYTES = 5
    for call in (make_file, announce):
        with pytest.raises(FileTooLarge):
            call(made.id)


def test_who_may_not_write_does_not(made):
    billing = acting_as(add_member(made.id, role="billing"), made.id)
    file = make_file(made.id)
    calls = [
        lambda: make_file(made.id, principal=billing),
        lambda: announce(made.id, principal=billing),
        lambda: services.complete(principal=billing, file_id=file.id, now=NOW),
        lambda: services.delete(principal=billing, file_id=file.id),
    ]
    for call in calls:
        with pytest.raises(Forbidden):
            call()


def test_a_program_sends_files_of_nobody(made):
    key = Principal(
        PrincipalKind.API_KEY, made.id, organization_id=made.id, permissions=frozenset({"files:read", "files:write"})
    )
    assert make_file(made.id, principal=key).uploaded_by_id is None


def test_another_organizations_files_are_not_there(made):
    file, elsewhere = make_file(made.id), make_organization().id
    with pytest.raises(NotFound):
        selectors.file_facts(organization_id=elsewhere, file_id=file.id)
    with pytest.raises(NotFound):
        services.delete(principal=nobody_in(elsewhere), file_id=file.id)
    with pytest.raises(NotFound):
        services.complete(principal=nobody_in(elsewhere), file_id=file.id, now=NOW)
