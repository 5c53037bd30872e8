"""Fixtures of every test: databases and Redis keys of the run's own, and lines at the end about what ran on what."""

import shutil
from collections.abc import Iterator
from itertools import count

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from pytest_django import DjangoDbBlocker

from tenon.kernel import caller
from tenon.kernel.caller import Caller
from tenon.testing import promises, services
from tenon.testing.databases import Clone, server
from tenon.testing.databases.clone import PREFIX

_numbers = count(1)

# How fast the machine is, is no property of the code.
hypothesis.settings.register_profile("suite", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("suite")


# What a test asks for that commits, as those do in which several work at once.
_COMMITTING = frozenset({"transactional_db", "cloned_database", "module_database"})


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--with-database", action="store_true", help="only tests that work with a database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--with-database"):
        config.hook.pytest_deselected(items=[item for item in items if not _has_database(item)])
        items[:] = filter(_has_database, items)


def _has_database(item: pytest.Item) -> bool:
    commits = not _COMMITTING.isdisjoint(getattr(item, "fixturenames", ()))
    return commits or item.get_closest_marker("django_db") is not None


def pytest_configure(config: pytest.Config) -> None:
    for service in services.SERVICES:
        config.addinivalue_line("markers", f"{service.marker}: needs {service.title}, and says so where it is missing")


def pytest_runtest_setup(item: pytest.Item) -> None:
    services.require_for(item)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.section("what ran on what")
    for line in services.summary(terminalreporter.stats.get("skipped", [])):
        terminalreporter.write_line(line)


def pytest_sessionfinish() -> None:
    services.forget_redis_keys()
    shutil.rmtree(settings.FILES_ROOT, ignore_errors=True)


@pytest.fixture(scope="session")
def database_names(worker_id: str, testrun_uid: str) -> Iterator[str]:
    """Names for databases of this process, one after the other."""
    return (f"{PREFIX}_{testrun_uid[:12]}_{worker_id}_{number}" for number in _numbers)


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    database_names: Iterator[str],
) -> Iterator[None]:
    """A database of this process's own, a copy of the migrated template, used as the application role."""
    name = next(database_names)
    with server().locked():
        server().prepare(anew=request.config.getvalue("create_db"))
        clone = server().create(name)
    with django_db_blocker.unblock(), clone.in_use():
        django_db_blocker.block()
        yield
    server().drop(clone.name)
    server().forget_spares()


@pytest.fixture
def cloned_database(django_db_setup: None, database_names: Iterator[str]) -> Iterator[Clone]:
    """One more fresh database: for processes that the test starts (`environment()`), or for itself (`in_use()`)."""
    with server().lent(next(database_names)) as clone:
        yield clone


@pytest.fixture(scope="module")
def module_database(django_db_setup: None, database_names: Iterator[str]) -> Iterator[Clone]:
    """Like `cloned_database`, for all tests of a module."""
    with server().lent(next(database_names)) as clone:
        yield clone


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """Caches and counters of earlier tests are gone, and so is whoever called a view in them without a request."""
    cache.clear()
    services.forget_redis_keys()
    with caller.bound(Caller()):
        yield


@pytest.fixture(autouse=True)
def _promises_are_kept() -> Iterator[None]:
    """Whatever an endpoint answers, its description tells of."""
    with promises.kept():
        yield
