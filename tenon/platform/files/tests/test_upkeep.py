"""Deleting, expiring, comparing the store with the table, and forgetting a person."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.conf import settings as configured

from tenon.kernel import clock
from tenon.kernel.outbox.relay import drain
from tenon.kernel.tenancy.scopes import organization_scope, system_scope
from tenon.platform.files import selectors, services, tasks
from tenon.platform.files.clients.current import store
from tenon.platform.files.models import File, Usage
from tenon.platform.files.services import deleting, purging
from tenon.platform.files.tests.factories import NOW, TEXT, announce, make_file, nobody_in, send
from tenon.platform.identity.tests import outbox
from tenon.platform.identity.tests.factories import make_user
from tenon.platform.organizations import services as organizations
from tenon.platform.organizations.services import erasure
from tenon.platform.organizations.tests.factories import acting_as, add_member, make_organization

pytestmark = pytest.mark.django_db


def rows(organization_id) -> dict:
    with organization_scope(organization_id):
        return {row.id: row for row in File.objects.all()}


def keys(organization_id) -> set[str]:
    return {each.key for each in store().objects(organization_id.hex)}


def used(organization_id) -> int:
    with organization_scope(organization_id):
        return Usage.objects.get().bytes


def test_bytes_go_after_the_row(either_store, made):
    ticket = announce(made.id)
    store().save(f"{made.id.hex}/{ticket.file_id.hex}-incoming", BytesIO(TEXT), content_type="text/plain")
    file = services.complete(principal=nobody_in(made.id), file_id=ticket.file_id, now=NOW)
    drain()
    (kept,) = keys(made.id)
    assert kept == rows(made.id)[file.id].storage_key
    services.delete(principal=nobody_in(made.id), file_id=file.id)
    assert keys(made.id) == {kept}
    drain()
    assert keys(made.id) == set()
    assert outbox.event_names()[-1] == "files.deleted"


def test_what_is_due_goes(made):
    overdue, waiting = announce(made.id), announce(made.id, now=NOW + timedelta(hours=5))
    send(overdue)
    table, kept = make_file(made.id, purpose="import"), make_file(made.id)
    assert services.expire(now=NOW + timedelta(hours=2)) == 1
    assert rows(made.id)[overdue.file_id].state == "expired"
    assert used(made.id) == 3 * len(TEXT)
    assert services.expire(now=NOW + timedelta(days=31)) == 3
    assert services.expire(now=NOW + timedelta(days=40)) == 1
    assert set(rows(made.id)) == {kept.id}
    assert used(made.id) == len(TEXT)
    assert table.id not in rows(made.id)
    assert waiting.file_id not in rows(made.id)
    deleted = [payload for name, payload in outbox.events() if name == "files.deleted"]
    assert [each["reason"] for each in deleted] == ["retention"]
    tasks.expire()


def test_an_upload_that_is_completed_at_the_last_moment_stays(made, monkeypatch):
    ticket = announce(made.id)
    send(ticket)
    found = iter([purging._due(NOW + timedelta(hours=2)), []])
    services.complete(principal=nobody_in(made.id), file_id=ticket.file_id, now=NOW)
    monkeypatch.setattr(purging, "_due", lambda now: next(found))
    assert services.expire(now=NOW + timedelta(hours=2)) == 0
    assert rows(made.id)[ticket.file_id].state == "ready"


def test_bytes_and_rows_that_have_lost_each_other(either_store, made):
    kept, lost = make_file(made.id), make_file(made.id)
    drain()
    store().save(f"{made.id.hex}/nobodys", BytesIO(b"orphan"), content_type="text/plain")
    store().save("somebody-elses/thing", BytesIO(b"x"), content_type="text/plain")
    store().remove([rows(made.id)[lost.id].storage_key])
    with organization_scope(made.id):
        Usage.objects.update(bytes=999)
    early = services.purge_orphans(now=clock.now())
    assert (early.orphans, early.lost) == (0, 0), "what is young may be on its way"
    report = services.purge_orphans(now=clock.now() + timedelta(days=2))
    assert (report.orphans, report.orphan_bytes, report.lost) == (1, 6, 1)
    found = rows(made.id)
    assert (found[lost.id].state, found[lost.id].refusal) == ("expired", "lost")
    assert keys(made.id) == {found[kept.id].storage_key}
    assert store().size("somebody-elses/thing") == 1
    assert used(made.id) == len(TEXT)
    store().remove(["somebody-elses/thing"])


def test_bytes_that_are_lost_are_not_found(made):
    file = make_file(made.id)
    store().remove([rows(made.id)[file.id].storage_key])
    assert selectors.open_file(organization_id=made.id, file_id=file.id) is None


def test_an_empty_store_is_compared_too(made, settings, tmp_path):
    settings.STORAGES = {
        **configured.STORAGES,
        "files": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "not-yet"},
        },
    }
    assert services.purge_orphans(now=NOW).orphans == 0
    tasks.purge_orphans()


def test_a_folder_is_for_its_owner_only(made):
    make_file(made.id)
    folder = configured.FILES_ROOT / made.id.hex
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_a_person_is_told_and_forgotten(made):
    owner = acting_as(made.owner_id, made.id)
    file = make_file(made.id, principal=owner)
    with system_scope(reason="a test looks at everything"):
        (held,) = selectors.held_of(made.owner_id)
        assert (held["id"], held["name"]) == (file.id, "words.txt")
        for _ in range(2):
            services.forget(user_id=made.owner_id, now=NOW)
        assert selectors.held_of(made.owner_id) == []
    assert rows(made.id)[file.id].uploaded_by_id is None


def test_files_go_with_whoever_alone_had_them(made, monkeypatch):
    monkeypatch.setattr(deleting, "_BATCH", 2)
    shared = make_organization(make_user())
    add_member(shared.id)
    for organization in (made, shared):
        for _ in range(2):
            make_file(organization.id)
        announce(organization.id)
    for organization in (made, shared):
        with system_scope(reason="somebody is erased"):
            erasure.forget(user_id=organization.owner_id, now=NOW)
    drain()
    assert rows(made.id) == {}
    assert (used(made.id), keys(made.id)) == (0, set())
    assert (len(rows(shared.id)), len(keys(shared.id))) == (3, 2)


def test_files_of_an_organization_that_its_owner_closes_stay(made):
    file = make_file(made.id)
    organizations.close(principal=acting_as(made.owner_id, made.id), name=made.name, now=NOW)
    drain()
    assert set(rows(made.id)) == {file.id}
