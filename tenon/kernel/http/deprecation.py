"""How a route says that it will go: `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and links."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponseBase
from django.utils.http import http_date


@dataclass(frozen=True, slots=True)
class Deprecation:
    """Deprecated at the instant `since`, gone at `sunset` if that is known; `successor` is the path to use instead."""

    since: datetime
    successor: str
    sunset: datetime | None = None

    def mark(self, response: HttpResponseBase) -> None:
        """Put the headers on an answer."""
        response["Deprecation"] = f"@{int(self.since.timestamp())}"
        response["Link"] = f'<{self.successor}>; rel="successor-version"'
        if self.sunset is not None:
            response["Sunset"] = http_date(self.sunset.timestamp())
