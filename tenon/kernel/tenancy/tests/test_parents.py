"""Ids that a caller names must be the scope's own."""

import pytest

from tenon.kernel.errors import Invalid
from tenon.kernel.ids import new_id
from tenon.kernel.tenancy.errors import NoScope
from tenon.kernel.tenancy.parents import require_same_organization
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.kernel.tenancy.tests.factories import Tenant
from tenon.testing.probes.models import Probe
from tenon.testing.queries import query_budget


def test_rows_of_the_scope_pass_at_the_cost_of_one_query(acme: Tenant):
    wanted = [probe.id for probe in acme.probes]
    with organization_scope(acme.id), query_budget(1):
        require_same_organization(Probe, [*wanted, wanted[0], None], pointer="/probes")


def test_empty_keys_cost_nothing(db: None):
    with query_budget(0):
        require_same_organization(Probe, [None, None], pointer="/probe")


def test_unknown_ids_and_those_of_another_are_refused_alike(acme: Tenant, globex: Tenant):
    answers = []
    for stranger in (globex.probes[0].id, new_id()):
        with organization_scope(acme.id), pytest.raises(Invalid) as caught:
            require_same_organization(Probe, [acme.probes[0].id, stranger], pointer="/items/0/probe")
        answers.append([(fault.pointer, fault.code, str(fault.detail)) for fault in caught.value.errors])
    assert answers[0] == answers[1] == [("/items/0/probe", "not_found", "This is not known here.")]


def test_it_needs_a_scope(acme: Tenant):
    with pytest.raises(NoScope):
        require_same_organization(Probe, [acme.probes[0].id], pointer="/probe")
