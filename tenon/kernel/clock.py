"""The one place that reads the wall clock. Services take `now` as an argument; edges pass `clock.now()`."""

from datetime import UTC, datetime


def now() -> datetime:
    """The current instant, timezone-aware, in UTC."""
    return datetime.now(UTC)


def rfc3339(instant: datetime) -> str:
    """An instant as RFC 3339 in UTC with `Z` and milliseconds, the form every answer uses."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
