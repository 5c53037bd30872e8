"""What the doctor found out about one thing."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError


class Level(StrEnum):
    """How it is. Only what is broken makes the command fail."""

    FINE = "fine"
    NOTE = "note"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """`area` groups, `said` is how it is in one line, `advice` what to do, where there is something to do."""

    area: str
    level: Level
    said: str
    advice: str = ""


Examination = Callable[[], Iterable[Finding]]


def fine(area: str, said: str) -> Finding:
    return Finding(area, Level.FINE, said)


def note(area: str, said: str, advice: str = "") -> Finding:
    return Finding(area, Level.NOTE, said, advice)


def warning(area: str, said: str, advice: str) -> Finding:
    return Finding(area, Level.WARNING, said, advice)


def broken(area: str, said: str, advice: str) -> Finding:
    return Finding(area, Level.BROKEN, said, advice)


def examine(area: str, examination: Examination) -> Iterator[Finding]:
    """What `examination` finds. Where it cannot go on, that is a finding itself, and the others go on."""
    try:
        yield from examination()
    except ImproperlyConfigured as fault:  # these are ours, written for operators, and quote no secret
        yield broken(area, str(fault), "Correct the settings.")
    except (DatabaseError, InterfaceError):
        yield broken(area, "could not be asked, since the database does not answer as it should", "See above.")
    except Exception as fault:  # noqa: BLE001 - whatever it fails with, the report goes on; its words may hold secrets
        yield broken(area, f"could not be examined ({type(fault).__name__})", "This is worth a bug report.")
