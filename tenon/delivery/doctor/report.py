"""All examinations in order, and the page that tells of them."""

from collections.abc import Iterator, Sequence

from tenon.delivery.doctor import configuration, database, files, jobs, payments, people, services
from tenon.delivery.doctor.findings import Examination, Finding, Level, examine

_INDEPENDENT: dict[str, Sequence[Examination]] = {
    "Settings": (configuration.way_of_running, configuration.safe_for_production, configuration.static_files),
}
_ON_DATABASE: dict[str, Sequence[Examination]] = {
    "Migrations": (database.migrations,),
    "Organizations apart": (database.tenancy,),
}
_ON_TABLES: dict[str, Sequence[Examination]] = {
    "Outbox": (services.outbox,),
    "Schedules": (jobs.schedules,),
    "Purges": (jobs.purges,),
    "Keys that seal": (people.sealed,),
    "People": (people.superuser,),
    "Organizations": (people.default_organization,),
}
_REST: dict[str, Sequence[Examination]] = {
    "Redis": (services.redis,),
    "Jobs": (jobs.workers,),
    "Mail": (services.letters,),
    "Keys": (people.keys,),
    "Files": (files.store,),
    "Virus scanner": (files.scanner,),
    "Payments": (payments.providers,),
    "Disk": (services.disk,),
}
_MARKS = {Level.FINE: "✓", Level.NOTE: "·", Level.WARNING: "!", Level.BROKEN: "✗"}
_COLOURS = {Level.FINE: "32", Level.NOTE: "2", Level.WARNING: "33", Level.BROKEN: "31"}


def findings() -> Iterator[Finding]:
    """Everything, in the order in which an operator would look. What needs the database is left out without one."""
    yield from _all(_INDEPENDENT)
    state = list(examine(database.AREA, lambda: [database.answers()]))
    yield from state
    if not any_broken(state):
        schema = list(_all(_ON_DATABASE))
        yield from schema
        if not any(each.area == "Migrations" and each.level is Level.BROKEN for each in schema):
            yield from _all(_ON_TABLES)
    yield from _all(_REST)


def any_broken(found: Sequence[Finding]) -> bool:
    """Whether something does not work."""
    return any(each.level is Level.BROKEN for each in found)


def page(found: Sequence[Finding], *, colour: bool) -> str:
    """One line for each finding, and under them what to do next, the worst first."""
    width = max(len(each.area) for each in found)
    lines = [f"{_mark(each.level, colour=colour)} {each.area:<{width}}  {each.said}" for each in found]
    order = [Level.BROKEN, Level.WARNING, Level.NOTE]
    advised = sorted((each for each in found if each.advice), key=lambda each: order.index(each.level))
    if advised:
        lines += ["", "Next:"]
        lines += [f"{number}. {each.area}: {each.advice}" for number, each in enumerate(advised, start=1)]
    verdict = "Something is broken." if any_broken(found) else "Everything works."
    return "\n".join([*lines, "", verdict])


def _all(examinations: dict[str, Sequence[Examination]]) -> Iterator[Finding]:
    for area, each in examinations.items():
        for examination in each:
            yield from examine(area, examination)


def _mark(level: Level, *, colour: bool) -> str:
    return f"\x1b[{_COLOURS[level]}m{_MARKS[level]}\x1b[0m" if colour else _MARKS[level]
