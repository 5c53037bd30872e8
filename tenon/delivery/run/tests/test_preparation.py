"""Preparing does what is needed, once."""

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from tenon.delivery.run import preparation
from tenon.delivery.run.errors import CannotStart


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The `manage.py` commands that would be run."""
    ran: list[str] = []
    monkeypatch.setattr(preparation, "_manage", lambda *arguments: ran.append(arguments[0]))
    return ran


@pytest.fixture
def static(settings, tmp_path: Path):
    """One static file, and where it would be collected."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "page.css").write_text("a {}")
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STATIC_ROOT.mkdir()
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS = [source]
    finders.get_finder.cache_clear()
    yield source
    finders.get_finder.cache_clear()


@pytest.mark.django_db
def test_a_database_that_is_up_to_date_is_left_alone(commands: list[str]):
    preparation.migrate(say=pytest.fail)
    assert commands == []


@pytest.mark.django_db
def test_what_is_pending_is_counted_and_applied(commands: list[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(preparation.MigrationExecutor, "migration_plan", lambda *_: ["one", "two"])
    said: list[str] = []
    preparation.migrate(say=said.append)
    assert said == ["applying 2 migrations …"]
    assert commands == ["migrate"]


def test_static_files_are_collected_when_one_has_changed(static: Path, commands: list[str]):
    preparation.collect_static(say=lambda _: None)
    preparation.collect_static(say=pytest.fail)
    assert commands == ["collectstatic"]
    (static / "page.css").write_text("a { color: red }")
    preparation.collect_static(say=lambda _: None)
    assert commands == ["collectstatic", "collectstatic"]


def test_a_command_that_fails_is_named():
    with pytest.raises(CannotStart, match=r"`manage\.py no-such-command` failed"):
        preparation._manage("no-such-command")
