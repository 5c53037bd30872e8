"""What must hold when it all happens at once, on a database of its own, on every engine."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tenon.kernel.outbox.relay import drain
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.files import services
from tenon.platform.files.clients.current import store
from tenon.platform.files.models import File, Usage
from tenon.platform.files.tests.factories import NOW, TEXT, announce, make_file, nobody_in, send
from tenon.platform.identity.tests.threads import together
from tenon.platform.organizations.tests.factories import make_organization
from tenon.testing.databases import Clone

PARALLEL = 8


@pytest.fixture(autouse=True)
def database(module_database: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """One database for this module: each test brings an organization of its own."""
    with django_db_blocker.unblock(), module_database.in_use():
        yield


def kinds(results: Sequence[object]) -> Counter[str]:
    """How often each kind of result came."""
    return Counter(type(result).__name__ for result in results)


def state(organization_id) -> tuple[int, int, set[str]]:
    """Bytes counted, bytes of rows, and what lies in the store, once all jobs have run."""
    drain()
    with organization_scope(organization_id):
        files = list(File.objects.all())
        counted = Usage.objects.get().bytes
    lying = {each.key for each in store().objects(organization_id.hex)}
    assert lying == {file.storage_key for file in files}
    return counted, sum(file.size for file in files), lying


def test_an_upload_is_completed_once():
    made = make_organization()
    for _ in range(3):
        ticket = announce(made.id)
        send(ticket)
        complete = partial(services.complete, principal=nobody_in(made.id), file_id=ticket.file_id, now=NOW)
        results = together([complete] * PARALLEL)
        assert kinds(results) == {"FileFacts": PARALLEL}, results
        assert len({result.checksum for result in results}) == 1
    counted, kept, lying = state(made.id)
    assert (counted, kept, len(lying)) == (3 * len(TEXT), 3 * len(TEXT), 3)


def test_a_file_that_is_deleted_on_its_way_leaves_nothing():
    made = make_organization()
    for _ in range(5):
        ticket = announce(made.id)
        send(ticket)
        common = {"principal": nobody_in(made.id), "file_id": ticket.file_id}
        results = together([partial(services.complete, **common, now=NOW), partial(services.delete, **common)])
        assert kinds(results) in ({"FileFacts": 1, "NoneType": 1}, {"NotFound": 1, "NoneType": 1}), results
    assert state(made.id) == (0, 0, set())


def test_the_room_is_given_out_once(settings):
    made = make_organization()
    settings.FILES_QUOTA_BYTES = 3 * len(TEXT)
    results = together([partial(make_file, made.id)] * PARALLEL)
    assert kinds(results) == {"FileFacts": 3, "QuotaUsedUp": PARALLEL - 3}, results
    counted, kept, lying = state(made.id)
    assert (counted, kept, len(lying)) == (3 * len(TEXT), 3 * len(TEXT), 3)


def test_what_is_due_is_expired_once():
    made = make_organization()
    for _ in range(4):
        announce(made.id)
    later = NOW.replace(year=NOW.year + 1)
    results = together([partial(services.expire, now=later)] * 3)
    assert all(isinstance(result, int) for result in results), results
    with organization_scope(made.id):
        assert Usage.objects.get().bytes == 0
