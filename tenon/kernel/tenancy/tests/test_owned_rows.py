"""Owned rows: whose they become, who may write them, and that every write counts."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID

import pytest
from django.db.models import F, QuerySet

from tenon.kernel.tenancy.errors import NoScope, ScopeConflict
from tenon.kernel.tenancy.scopes import organization_scope, self_scope, system_scope
from tenon.kernel.tenancy.tests.factories import Tenant
from tenon.testing.probes.models import Part, Probe


class TestReadingScopes:
    """A scope that only reads, and a self scope, which only reads owned rows."""

    @pytest.mark.parametrize(
        "change",
        [
            lambda rows: rows.update(name="x"),
            lambda rows: rows.delete(),
            lambda rows: list(rows.select_for_update()),
            lambda rows: rows.create(name="x"),
            lambda rows: rows.get().save(),
            lambda rows: rows.get().delete(),
        ],
    )
    @pytest.mark.parametrize(
        "open_scope",
        [
            lambda tenant, person: organization_scope(tenant.id, read_only=True),
            lambda tenant, person: self_scope(person),
            lambda tenant, person: self_scope(person, read_only=True),
            lambda tenant, person: system_scope(reason="to look", read_only=True),
        ],
        ids=["organization", "self", "self reading", "system"],
    )
    def test_they_refuse_changes(
        self,
        acme: Tenant,
        user_id: UUID,
        open_scope: Callable[[Tenant, UUID], AbstractContextManager[None]],
        change: Callable[[QuerySet[Probe]], object],
    ):
        mine = acme.probes[0]
        with organization_scope(acme.id):
            Probe.objects.filter(pk=mine.pk).update(holder=user_id)
        with open_scope(acme, user_id):
            rows = Probe.objects.filter(pk=mine.pk)
            assert rows.count() == 1
            with pytest.raises(ScopeConflict, match="only reads"):
                change(rows)


class TestSystemScope:
    def test_it_changes_any_row(self, acme: Tenant, globex: Tenant):
        with system_scope(reason="to rename"):
            assert Part.objects.update(label="renamed") == 12
            globex.probes[0].delete()
            assert Probe.objects.count() == 5

    def test_a_new_row_must_say_whose_it_is(self, acme: Tenant):
        with system_scope(reason="to add"):
            Probe.objects.create(organization_id=acme.id, name="added")
            with pytest.raises(NoScope, match="whose"):
                Probe.objects.create(name="nobody's")

    def test_the_organization_still_cannot_be_changed_by_update(self, acme: Tenant, globex: Tenant):
        with system_scope(reason="to move"), pytest.raises(ScopeConflict, match="never changes"):
            Probe.objects.update(organization=globex.id)


class TestNewRows:
    def test_they_are_the_scopes(self, acme: Tenant):
        with organization_scope(acme.id):
            assert Probe(name="new").organization_id == acme.id
            made = Probe.objects.bulk_create([Probe(name="one"), Probe(name="two")])
            assert {row.organization_id for row in made} == {acme.id}

    def test_those_built_before_the_scope_are_filled_when_they_are_saved(self, acme: Tenant):
        early, in_bulk = Probe(name="early"), Probe(name="in bulk")
        assert early.organization_id is None
        with organization_scope(acme.id):
            early.save()
            Probe.objects.bulk_create([in_bulk])
        assert early.organization_id == in_bulk.organization_id == acme.id


class TestVersions:
    def test_every_write_counts(self, acme: Tenant):
        probe = acme.probes[0]
        with organization_scope(acme.id):
            assert Probe.objects.get(pk=probe.pk).version == 1
            probe.save()
            probe.save(update_fields=["name"])
            assert probe.version == Probe.objects.get(pk=probe.pk).version == 3
            Probe.objects.filter(pk=probe.pk).update(name="other")
            Probe.objects.bulk_update([probe], ["name"])
            assert Probe.objects.get(pk=probe.pk).version == 5

    def test_every_write_is_dated(self, acme: Tenant):
        with organization_scope(acme.id):
            before = Probe.objects.get(pk=acme.probes[0].pk)
            Probe.objects.update(name=F("name"))
            assert Probe.objects.get(pk=before.pk).updated_at > before.updated_at
            assert Probe.objects.get(pk=before.pk).created_at == before.created_at

    def test_a_version_may_be_set(self, acme: Tenant):
        with organization_scope(acme.id):
            Probe.objects.update(version=9)
            assert set(Probe.objects.values_list("version", flat=True)) == {9}
