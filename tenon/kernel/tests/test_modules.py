"""What is switched off declares nothing, and what it had begun comes to its end."""

from datetime import timedelta
from uuid import UUID

import pytest

from tenon.kernel import modules, permissions, statistics
from tenon.kernel.jobs import selectors, services
from tenon.kernel.jobs.errors import UnknownJob
from tenon.kernel.outbox import catalogue, events, registry
from tenon.kernel.outbox.errors import UnknownName
from tenon.kernel.outbox.events import Event
from tenon.kernel.outbox.public import PublicEvent
from tenon.kernel.retention import declaring
from tenon.kernel.statistics import Statistic

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _own_registries(monkeypatch):
    """Nothing of these tests stays behind."""
    for place, names in (
        (registry, ("_consumers", "_jobs", "_schedules")),
        (permissions, ("_declared",)),
        (statistics, ("_registered",)),
        (events, ("_known",)),
    ):
        for name in names:
            monkeypatch.setattr(place, name, dict(getattr(place, name)))
    monkeypatch.setattr(registry, "_public", list(registry._public))
    monkeypatch.setattr(declaring, "_purges", list(declaring._purges))


@pytest.fixture
def off(settings):
    """These tests are part of a product that is switched off."""
    settings.PACKAGES_OFF = ["tenon.kernel.tests"]


@pytest.mark.parametrize(
    ("path", "on"),
    [
        ("tenon.domains.catalog", False),
        ("tenon.domains.catalog.api.urls", False),
        ("tenon.domains.catalogues", True),
        ("tenon.domains", True),
        ("tenon.platform.files", True),
    ],
)
def test_a_package_is_off_with_all_that_is_in_it(settings, path, on):
    settings.PACKAGES_OFF = ["tenon.domains.catalog"]
    assert modules.is_on(path) is on


@pytest.mark.usefixtures("off")
def test_a_word_is_nobodys():
    assert permissions.register("lamps:light", label="Light lamps", roles=["admin"]) == "lamps:light"
    assert "lamps:light" not in permissions.scopes() | permissions.of_role("admin")
    with pytest.raises(permissions.UnknownPermission):
        permissions.find("lamps:light")


@pytest.mark.usefixtures("off")
def test_a_number_is_not_counted():
    statistics.register(Statistic("lamps", "Lamps", lambda now: 1))
    assert "lamps" not in statistics.registered()


@pytest.mark.usefixtures("off")
def test_handlers_hear_nothing():
    @registry.subscribe(Event)
    def hear(event: Event) -> None: ...

    @registry.subscribe_public
    def hear_all(event: PublicEvent) -> None: ...

    assert registry.consumers_of(Event, in_transaction=False) == []
    assert not [each for each in registry.consumers_of_public() if "hear_all" in each.name]


@pytest.mark.usefixtures("off")
def test_a_type_of_event_is_not_shown_and_can_still_be_read():
    class LampLit(Event):
        """A lamp was lit."""

        name = "lamps.lit"
        public = True

    assert LampLit not in events.known_events()
    assert "lamps.lit" not in {each.name for each in catalogue.catalogue()}
    with pytest.raises(UnknownName):
        catalogue.find("lamps.lit")
    assert events.event_class("lamps.lit") is LampLit


@pytest.mark.usefixtures("off")
def test_a_job_does_not_come_back_and_is_carried_out():
    @registry.job("lamps.light")
    def light() -> None: ...

    registry.schedule("lamps.light", every=HOUR)

    @declaring.purge("lamps.purge", every=HOUR)
    def purge() -> int:
        return 0

    registry.verify()
    names = {"lamps.light", "lamps.purge"}
    assert not names & set(registry.schedules())
    assert not names & {job.name for job in selectors.known_jobs()}
    assert not names & set(declaring.purges())
    assert registry.job_named("lamps.light").run is light
    for start in (
        lambda: services.enqueue(name="lamps.light", arguments={}),
        lambda: services.change_schedule(name="lamps.light", enabled=True),
    ):
        with pytest.raises(UnknownJob):
            start()


def test_what_is_on_declares_all_of_it():
    permissions.register("lamps:light", label="Light lamps", roles=["admin"])
    statistics.register(Statistic("lamps", "Lamps", lambda now: 1))

    @declaring.purge("lamps.purge", every=HOUR)
    def purge() -> int:
        return 0

    @registry.job("lamps.light")
    def light(*, lamp_id: UUID) -> None: ...

    assert "lamps:light" in permissions.of_role("admin")
    assert "lamps" in statistics.registered()
    assert "lamps.purge" in declaring.purges()
    assert "lamps.purge" in registry.schedules()
    assert "lamps.light" in {job.name for job in registry.jobs()}
