"""System checks: a declaration that would not stay within the scope is refused."""

from django.db import models
from django.test.utils import isolate_apps

from tenon.kernel.tenancy.managers import OwnedManager, OwnedQuerySet
from tenon.kernel.tenancy.models import OwnedModel
from tenon.testing.probes.models import Part, Probe


def ids(model: type[OwnedModel]) -> list[str]:
    return [str(message.id) for message in model.check() if str(message.id).startswith("tenancy.")]


def test_the_probes_are_sound():
    assert ids(Probe) == ids(Part) == []
    assert isinstance(Part._base_manager, OwnedManager)
    assert isinstance(Probe._base_manager, OwnedManager), "a Meta of its own does not lose it"


@isolate_apps("tenon.testing.probes")
def test_a_manager_that_does_not_filter_is_refused():
    class Leaky(OwnedModel):
        everything = models.Manager()

        class Meta:
            app_label = "probes"

    assert ids(Leaky) == ["tenancy.E001"]


@isolate_apps("tenon.testing.probes")
def test_a_default_manager_that_does_not_filter_is_refused_twice():
    class Leakier(OwnedModel):
        objects = models.Manager()  # type: ignore[assignment]

        class Meta:
            app_label = "probes"

    assert ids(Leakier) == ["tenancy.E001", "tenancy.E001"]


@isolate_apps("tenon.testing.probes")
def test_a_manager_with_more_verbs_is_welcome():
    class ShelfQuerySet(OwnedQuerySet["Shelf"]):
        def named(self, name: str) -> models.QuerySet["Shelf"]:
            return self.filter(pk=name)

    class Shelf(OwnedModel):
        objects = OwnedManager.from_queryset(ShelfQuerySet)()

        class Meta:
            app_label = "probes"

    assert ids(Shelf) == []


@isolate_apps("tenon.testing.probes")
def test_a_table_inherited_in_part_is_refused():
    class Whole(OwnedModel):
        class Meta:
            app_label = "probes"

    class More(Whole):
        class Meta:
            app_label = "probes"

    class Same(Whole):
        class Meta:
            app_label = "probes"
            proxy = True

    assert ids(More) == ["tenancy.E002"]
    assert ids(Same) == []
