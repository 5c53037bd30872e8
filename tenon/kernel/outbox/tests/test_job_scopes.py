"""A job sees the rows of the organization that its row names, and of no other; without one it sees none."""

import pytest

from tenon.kernel.ids import new_id
from tenon.kernel.outbox import delivery, registry
from tenon.kernel.outbox.tests.samples import again, enqueue, run
from tenon.kernel.tenancy.errors import NoScope
from tenon.kernel.tenancy.scopes import current_organization_id
from tenon.kernel.tenancy.tests.factories import make_tenant
from tenon.testing.probes.models import Probe

pytestmark = pytest.mark.django_db
NAME = "samples.scoped"


@pytest.fixture
def seen() -> list[object]:
    """What the job below has found."""
    return []


def count(seen: list[object], *, atomic: bool) -> None:
    @registry.job(NAME, atomic=atomic)
    def look() -> None:
        seen.append((current_organization_id(), delivery.current_organization_id(), Probe.objects.count()))


def test_an_atomic_job_runs_in_its_organizations_scope(seen: list[object]) -> None:
    make_tenant("other")
    mine = make_tenant("mine").id
    count(seen, atomic=True)
    enqueue(NAME, organization_id=mine)
    run()
    assert seen == [(mine, mine, 3)]


@pytest.mark.parametrize("atomic", [True, False])
def test_owned_rows_without_a_scope_are_refused(seen: list[object], atomic: bool) -> None:
    make_tenant("mine")
    count(seen, atomic=atomic)
    entry = enqueue(NAME)
    run()
    assert seen == []
    assert "NoScope" in again(entry).last_error


def test_a_job_with_transactions_of_its_own_opens_the_scope_itself(seen: list[object]) -> None:
    make_tenant("other")
    mine = make_tenant("mine").id

    @registry.job(NAME)
    def look() -> None:
        assert current_organization_id() is None
        with delivery.job_scope(read_only=True):
            seen.append(Probe.objects.count())

    enqueue(NAME, organization_id=mine)
    run()
    assert seen == [3]


def test_no_scope_is_opened_for_a_row_of_nobody(seen: list[object]) -> None:
    @registry.job(NAME)
    def look() -> None:
        with pytest.raises(NoScope, match="names no organization"):
            delivery.job_scope()
        seen.append(True)

    enqueue(NAME)
    run()
    assert seen == [True]


def test_an_organization_that_is_not_there_has_no_rows(seen: list[object]) -> None:
    make_tenant("mine")
    count(seen, atomic=True)
    nobody = new_id()
    enqueue(NAME, organization_id=nobody)
    run()
    assert seen == [(nobody, nobody, 0)]
