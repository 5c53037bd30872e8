"""What a test can see of the outbox: events published, letters queued, jobs waiting."""

from dataclasses import dataclass
from typing import Any

from tenon.kernel.outbox import sealing
from tenon.kernel.outbox.models import Entry, Kind


@dataclass(frozen=True)
class Letter:
    """A mail that is queued."""

    template: str
    to: str
    context: dict[str, Any]
    locale: str


def events() -> list[tuple[str, dict[str, Any]]]:
    """(name, payload) of all events, oldest first, but for the sign-ins that nearly every test begins with."""
    rows = Entry.objects.filter(kind=Kind.EVENT).exclude(name="identity.session_started").order_by("sequence")
    return [(row.name, dict(row.payload or {})) for row in rows]


def event_names() -> list[str]:
    """The names of all events, oldest first."""
    return [name for name, _ in events()]


def jobs(name: str) -> list[dict[str, Any]]:
    """The payloads of the waiting secret jobs of this name, unsealed, oldest first."""
    rows = Entry.objects.filter(kind=Kind.JOB, name=name, delivered_at=None).order_by("sequence")
    return [sealing.unseal(str(row.payload), entry_id=row.id) for row in rows if row.secret]


def letters() -> list[Letter]:
    """The mails that are queued, oldest first."""
    return [Letter(**payload) for payload in jobs("mail.deliver")]
