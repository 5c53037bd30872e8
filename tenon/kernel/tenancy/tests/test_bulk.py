"""Rows out of tuples: the same rows as the models would have written, and none but the open scope's."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import IntegrityError

from tenon.kernel.ids import new_id
from tenon.kernel.tenancy.bulk import insert_rows
from tenon.kernel.tenancy.errors import NoScope, ScopeConflict
from tenon.kernel.tenancy.scopes import organization_scope, system_scope
from tenon.kernel.tenancy.tests.factories import Tenant
from tenon.testing.probes.models import Part, Probe

NOW = datetime(2026, 3, 2, 12, 30, 15, 250, tzinfo=UTC)


def test_rows_are_those_that_the_model_writes(acme: Tenant, globex: Tenant):
    name = "tab\t, line\n, quote ' and \\N, \u00e9"
    ids = [new_id(), new_id()]
    with organization_scope(acme.id):
        insert_rows(Probe, ("id", "name"), ((each, f"{name} {place}") for place, each in enumerate(ids)), now=NOW)
        insert_rows(Part, ("probe_id", "label"), [(ids[0], "left"), (ids[0], "right")], now=NOW)
        first = Probe.objects.get(pk=ids[0])
        assert (first.name, first.holder_id, first.organization_id) == (f"{name} 0", None, acme.id)
        assert (first.created_at, first.updated_at, first.version) == (NOW, NOW, 1)
        assert sorted(Part.objects.filter(probe=first).values_list("label", flat=True)) == ["left", "right"]
        written = Probe(name="by the model")
        written.save()
        assert {field.attname for field in Probe._meta.concrete_fields if getattr(first, field.attname) is None} == {
            field.attname for field in Probe._meta.concrete_fields if getattr(written, field.attname) is None
        }
    with organization_scope(globex.id):
        assert not Probe.objects.filter(pk__in=ids).exists()


def test_no_rows_are_no_rows(acme: Tenant):
    with organization_scope(acme.id):
        insert_rows(Probe, ("name",), [], now=NOW)
        assert Probe.objects.count() == len(acme.probes)


def test_the_database_still_decides(acme: Tenant):
    with pytest.raises(IntegrityError), organization_scope(acme.id):
        insert_rows(Probe, ("name",), [("new",), (acme.probes[0].name,)], now=NOW)
    with organization_scope(acme.id):
        assert Probe.objects.count() == len(acme.probes)


def test_it_says_whose_they_are(acme: Tenant, user_id: UUID):
    rows = [("x",)]
    with pytest.raises(NoScope):
        insert_rows(Probe, ("name",), rows, now=NOW)
    with pytest.raises(NoScope), system_scope(reason="to try"):
        insert_rows(Probe, ("name",), rows, now=NOW)
    with pytest.raises(ScopeConflict), organization_scope(acme.id, read_only=True):
        insert_rows(Probe, ("name",), rows, now=NOW)
