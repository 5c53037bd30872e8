"""No path of the ORM reaches another organization's rows."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import NotSupportedError
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber
from django.db.utils import DatabaseError

from tenon.kernel.tenancy.errors import NoScope, ScopeConflict
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.kernel.tenancy.tests.factories import Tenant
from tenon.platform.organizations.models import Organization
from tenon.testing.probes.models import Part, Probe


def unordered() -> QuerySet[Probe]:
    return Probe.objects.order_by()


# Each reads as much as it can, and returns what identifies the rows.
READS: dict[str, Callable[[], Any]] = {
    "all": lambda: [row.pk for row in Probe.objects.all()],
    "base manager": lambda: [row.pk for row in Probe._base_manager.all()],
    "filter or": lambda: [row.pk for row in Probe.objects.filter(Q(name="none") | Q(pk__isnull=False))],
    "exclude": lambda: [row.pk for row in Probe.objects.exclude(name="none")],
    "or of querysets": lambda: [
        row.pk for row in Probe.objects.filter(name="probe 0") | Probe.objects.exclude(name="")
    ],
    "union": lambda: [row.pk for row in unordered().filter(name="probe 0").union(unordered())],
    "values": lambda: list(Probe.objects.values_list("pk", flat=True)),
    "iterator": lambda: [row.pk for row in Probe.objects.iterator(chunk_size=2)],
    "in_bulk": lambda: list(Probe.objects.in_bulk()),
    "distinct": lambda: list(Probe.objects.values_list("pk", flat=True).distinct()),
    "order by and slice": lambda: [row.pk for row in Probe.objects.order_by("-name")[:100]],
    "annotate": lambda: [row.pk for row in Probe.objects.annotate(number=Count("parts"))],
    "window": lambda: [row.pk for row in Probe.objects.annotate(n=Window(RowNumber(), order_by="name"))],
    "join up": lambda: list(Part.objects.values_list("probe_id", flat=True)),
    "join up and filter": lambda: list(Part.objects.filter(probe__name__gt="").values_list("probe_id", flat=True)),
    "join down": lambda: list(Probe.objects.filter(parts__label__gt="").values_list("parts__probe_id", flat=True)),
    "select related": lambda: [part.probe.pk for part in Part.objects.select_related("probe")],
    "prefetch down": lambda: [p.probe_id for row in Probe.objects.prefetch_related("parts") for p in row.parts.all()],
    "prefetch up": lambda: [part.probe.pk for part in Part.objects.prefetch_related("probe")],
    "lazy up": lambda: [part.probe.pk for part in Part.objects.all()],
    "lazy down": lambda: [part.probe_id for row in Probe.objects.all() for part in row.parts.all()],
    "deferred": lambda: [(row.name, row.pk)[1] for row in Probe.objects.defer("name")],
    "in subquery": lambda: list(Part.objects.filter(probe__in=Probe.objects.all()).values_list("probe_id", flat=True)),
    "exists subquery": lambda: list(
        Probe.objects.filter(Exists(Part.objects.filter(probe=OuterRef("pk")))).values_list("pk", flat=True)
    ),
    "scalar subquery": lambda: list(
        Part.objects.annotate(p=Subquery(Probe.objects.filter(pk=OuterRef("probe_id")).values("pk")[:1])).values_list(
            "p", flat=True
        )
    ),
    "from a table without a policy": lambda: list(
        Organization.objects.annotate(
            p=Subquery(Probe.objects.filter(organization=OuterRef("pk")).order_by("name").values("pk")[:1])
        )
        .exclude(p=None)
        .values_list("p", flat=True)
    ),
    "get_or_create": lambda: [Probe.objects.get_or_create(name=f"probe {number}")[0].pk for number in range(3)],
}


@pytest.mark.parametrize("read", READS.values(), ids=READS.keys())
def test_reading(acme: Tenant, globex: Tenant, read: Callable[[], Any]):
    for tenant in (acme, globex):
        with organization_scope(tenant.id):
            found = set(read())
        assert found
        assert found <= {probe.pk for probe in tenant.probes}


def test_numbers(acme: Tenant, globex: Tenant):
    with organization_scope(acme.id):
        assert Probe.objects.count() == 3
        assert Probe.objects.aggregate(n=Count("pk"), parts=Count("parts")) == {"n": 6, "parts": 6}
        assert Part.objects.values("probe").annotate(n=Count("pk")).aggregate(rows=Count("probe"))["rows"] == 3
        assert not Probe.objects.filter(pk=globex.probes[0].pk).exists()
        assert not Probe.objects.contains(globex.probes[0])
        assert len(Probe.objects.dates("created_at", "year")) == 1


@pytest.mark.parametrize(
    "get",
    [
        lambda pk: Probe.objects.get(pk=pk),
        lambda pk: Probe.objects.select_for_update().get(pk=pk),
        lambda pk: Probe._base_manager.get(pk=pk),
        lambda pk: Part.objects.get(probe=pk, label__endswith=" l").probe,
    ],
)
def test_another_organizations_row_does_not_exist(acme: Tenant, globex: Tenant, get: Callable[[object], object]):
    with organization_scope(acme.id), pytest.raises((Probe.DoesNotExist, Part.DoesNotExist)):
        get(globex.probes[0].pk)
    with organization_scope(globex.id):
        assert get(globex.probes[0].pk) == globex.probes[0]


def test_the_condition_is_a_comparison_of_the_column_which_an_index_serves(acme: Tenant):
    """Inside of another one, as in `(organization_id = …) = 1`, none would."""
    with organization_scope(acme.id):
        for rows in (Probe.objects.filter(name="probe 0"), Part.objects.filter(probe__in=Probe.objects.all())):
            sql, _ = rows.query.sql_with_params()
            comparisons = re.findall(r"organization_id\W? = %s(.{0,4})", sql)
            assert comparisons
            assert not any("=" in following for following in comparisons), sql


CHANGES: dict[str, Callable[[Tenant], object]] = {
    "update": lambda other: Probe.objects.update(name=F("name")),
    "update filtered": lambda other: Probe.objects.filter(pk=other.probes[0].pk).update(name="taken"),
    "update by a join": lambda other: Part.objects.filter(probe__name="probe 0").update(label="taken"),
    "update by a subquery": lambda other: Part.objects.filter(probe__in=Probe.objects.all()).update(label="taken"),
    "bulk update": lambda other: Probe.objects.bulk_update(renamed(other.probes), ["name"]),
    "delete": lambda other: Part.objects.all().delete(),
    "delete with children": lambda other: Probe.objects.all().delete(),
    "delete filtered": lambda other: Part.objects.filter(pk=other.parts[0].pk).delete(),
    "delete by a join": lambda other: Part.objects.filter(probe__name="probe 0").delete(),
    "clear a relation": lambda other: other.probes[0].parts.all().delete(),
    "update or create": lambda other: Probe.objects.update_or_create(name="probe 0", defaults={"name": "taken"}),
    "ignore conflicts": lambda other: Probe.objects.bulk_create(
        [Probe(pk=other.probes[0].pk, name="taken")], ignore_conflicts=True
    ),
}


def renamed(probes: tuple[Probe, ...]) -> list[Probe]:
    return [Probe(pk=probe.pk, organization_id=probe.organization_id, name="taken") for probe in probes]


def everything(tenant: Tenant) -> list[Any]:
    with organization_scope(tenant.id):
        return [list(model._default_manager.order_by("pk").values()) for model in (Probe, Part)]


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_changing(acme: Tenant, globex: Tenant, change: Callable[[Tenant], object]):
    before = everything(globex)
    with organization_scope(acme.id):
        change(globex)
    assert everything(globex) == before


REFUSED: dict[str, Callable[[Tenant], object]] = {
    "save": lambda other: other.probes[0].save(),
    "save one column": lambda other: other.probes[0].save(update_fields=["name"]),
    "delete": lambda other: other.probes[0].delete(),
    "create": lambda other: Probe.objects.create(organization_id=other.id, name="new"),
    "create from text": lambda other: Probe.objects.create(organization_id=str(other.id), name="new"),
    "bulk create": lambda other: Probe.objects.bulk_create([Probe(organization_id=other.id, name="new")]),
    "give away": lambda other: Probe.objects.update(organization=other.id),
    "give away by key": lambda other: Probe.objects.update(organization_id=other.id),
    "give away in bulk": lambda other: Probe.objects.bulk_update(
        [Probe(pk=pk, organization_id=other.id) for pk in Probe.objects.values_list("pk", flat=True)], ["organization"]
    ),
    "read again": lambda other: other.probes[0].refresh_from_db(),
    "upsert": lambda other: Probe.objects.bulk_create(
        [Probe(pk=other.probes[0].pk, name="taken")],
        update_conflicts=True,
        update_fields=["name"],
        unique_fields=["id"],
    ),
    "raw": lambda other: list(Probe.objects.raw("SELECT * FROM probes_probe")),
}


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED.keys())
def test_refusals(acme: Tenant, globex: Tenant, change: Callable[[Tenant], object]):
    before = everything(globex)
    errors = (ScopeConflict, NotSupportedError, DatabaseError, Probe.DoesNotExist)
    with organization_scope(acme.id), pytest.raises(errors):
        change(globex)
    assert everything(globex) == before


EVALUATIONS: dict[str, Callable[[QuerySet[Probe]], object]] = {
    "list": list,
    "count": lambda rows: rows.count(),
    "exists": lambda rows: rows.exists(),
    "first": lambda rows: rows.first(),
    "aggregate": lambda rows: rows.aggregate(n=Count("pk")),
    "iterator": lambda rows: next(rows.iterator()),
    "values": lambda rows: list(rows.values()),
    "update": lambda rows: rows.update(name="x"),
    "delete": lambda rows: rows.delete(),
    "explain": lambda rows: rows.explain(),
    "text of the query": lambda rows: str(rows.query),
    "union": lambda rows: list(rows.order_by().union(rows.order_by())),
    "subquery": lambda rows: list(Organization.objects.filter(Exists(rows))),
    "create": lambda rows: rows.create(name="x"),
    "bulk create": lambda rows: rows.bulk_create([Probe(name="x")]),
    "get or create": lambda rows: rows.get_or_create(name="x"),
    "in a coroutine": lambda rows: asyncio.run(rows.acount()),
}


@pytest.mark.parametrize("evaluate", EVALUATIONS.values(), ids=EVALUATIONS.keys())
def test_without_a_scope_everything_fails(acme: Tenant, evaluate: Callable[[QuerySet[Probe]], object]):
    with organization_scope(acme.id):
        kept = Probe.objects.filter(name__gt="")
    for rows in (kept, Probe.objects.all(), Probe._base_manager.all()):
        with pytest.raises(NoScope):
            evaluate(rows)


def test_an_instance_is_inert_without_a_scope(acme: Tenant):
    with organization_scope(acme.id):
        probe = Probe.objects.defer("name").first()
        part = Part.objects.first()
    assert probe is not None
    assert part is not None
    for attempt in (
        lambda: probe.name,
        lambda: list(probe.parts.all()),
        lambda: part.probe,
        lambda: part.save(),
        lambda: part.save(update_fields=["label"]),
        lambda: part.delete(),
        lambda: part.refresh_from_db(),
    ):
        with pytest.raises(NoScope):
            attempt()


def test_deleting_an_organization_cannot_sweep_its_rows_unseen(acme: Tenant):
    with pytest.raises(NoScope):
        Organization.objects.get(pk=acme.id).delete()


def test_a_read_in_a_coroutine_stays_in_its_scope(acme: Tenant):
    """The scope of the thread that runs the coroutine is not the scope of the thread that asks the database."""

    async def main() -> object:
        return await sync_to_async(Probe.objects.count, thread_sensitive=False)()

    with organization_scope(acme.id), pytest.raises(NoScope):
        asyncio.run(main())


def test_ids_of_other_organizations_cannot_be_taken(acme: Tenant, globex: Tenant):
    with organization_scope(acme.id), pytest.raises(DatabaseError):
        Probe.objects.create(pk=globex.probes[0].pk, name="mine")
