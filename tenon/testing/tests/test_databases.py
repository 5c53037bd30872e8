"""The suite's own databases: each test sees the template's rows only, and nothing else is ever touched."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from pytest_django import DjangoDbBlocker

from tenon.platform.identity.tests.factories import make_user
from tenon.platform.organizations.models import Organization
from tenon.testing.databases import Clone, mariadb, server
from tenon.testing.databases.clone import NotOurs, require_ours


def plant() -> None:
    Organization.objects.create(name="Planted", slug="planted", owner=make_user())


@pytest.mark.parametrize("round_number", [1, 2])
class TestWhatATestLeaves:
    """Each runs twice, and would meet what the other round has left."""

    @pytest.mark.django_db
    def test_is_rolled_back(self, round_number: int):
        assert Organization.objects.count() == 0
        plant()

    @pytest.mark.django_db(transaction=True)
    def test_is_replaced_where_it_was_committed(self, round_number: int):
        assert Organization.objects.count() == 0
        plant()
        assert not connection.in_atomic_block

    def test_ends_with_the_clone(self, round_number: int, cloned_database: Clone, django_db_blocker: DjangoDbBlocker):
        usual = connection.settings_dict["NAME"]
        with django_db_blocker.unblock(), cloned_database.in_use():
            assert connection.settings_dict["NAME"] == cloned_database.name != usual
            assert Organization.objects.count() == 0
            plant()
        assert connection.settings_dict["NAME"] == usual


@pytest.mark.mariadb
def test_a_copy_is_lent_again_unless_somebody_has_changed_its_tables(database_names: Iterator[str]):
    with server().lent(next(database_names)) as kept:
        pass
    assert kept in server().spares
    with server().lent(next(database_names)) as rebuilt:
        assert rebuilt == kept
        with server()._cursor(rebuilt.name) as cursor:
            cursor.execute("CREATE TABLE another (id int)")
    assert rebuilt not in server().spares


@pytest.mark.mariadb
def test_a_crowd_waits_until_there_is_room(monkeypatch: pytest.MonkeyPatch):
    rooms = iter([1, 4, 5])
    monkeypatch.setattr(server(), "_room", lambda cursor: next(rooms))
    with server().crowd(5):
        assert list(rooms) == []
    monkeypatch.setattr(server(), "_room", lambda cursor: 1)
    monkeypatch.setattr(mariadb, "_PATIENCE", -1)
    with pytest.raises(RuntimeError, match="room for 1 more"), server().crowd(5):
        pass


@pytest.mark.django_db
def test_the_usual_database_is_one_of_ours():
    require_ours(connection.settings_dict["NAME"])


def test_processes_find_the_clone(cloned_database: Clone, django_db_blocker: DjangoDbBlocker):
    with django_db_blocker.unblock(), cloned_database.in_use():
        plant()
    said = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", SHOW],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            **cloned_database.environment(),
            "DJANGO_SETTINGS_MODULE": "tenon.delivery.settings.development",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.splitlines()[-1] == "['Planted']"


SHOW = """
from tenon.platform.identity.tests.factories import make_user
from tenon.platform.organizations.models import Organization
print([organization.name for organization in Organization.objects.all()])
"""


@pytest.mark.parametrize(
    "name", ["postgres", "tenon", "test", "my_tenon_test_1", "", "/var/tenon.sqlite3", "tenon_tests"]
)
def test_other_databases_are_never_touched(name: str):
    with pytest.raises(NotOurs):
        server().drop(name)
    with pytest.raises(NotOurs):
        server().renew(name)


def test_flush_replaces_nothing_but_ours(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(connections["default"].settings_dict, "NAME", "production")
    with pytest.raises(NotOurs):
        call_command("flush", interactive=False)
