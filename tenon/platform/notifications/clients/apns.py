"""Apple Push Notification service over HTTP/2, with token-based authentication.

Source: developer.apple.com, "Sending notification requests to APNs", "Establishing a token-based connection to APNs"
and "Handling notification responses from APNs". A connection is kept and used again, as Apple asks for.
"""

import threading
import uuid
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
import orjson

from tenon.kernel.outbox.errors import PermanentFailure, TemporaryFailure
from tenon.platform.notifications.clients.errors import TokenGone
from tenon.platform.notifications.clients.http2 import Connection, ConnectionLost

KEPT = timedelta(days=1)  # how long the service keeps a notification for a device that is off
_RENEWED = timedelta(minutes=50)  # a provider token is good for an hour, and may be renewed every 20 minutes
_GONE = ("BadDeviceToken", "DeviceTokenNotForTopic", "Unregistered", "ExpiredToken")


@dataclass(frozen=True, slots=True)
class Key:
    """A signing key of a developer team (PEM of the .p8 file) and the app that it sends to."""

    private_key: str
    key_id: str
    team_id: str
    topic: str


class Client:
    """Thread-safe: each sending takes an idle connection, or opens one, and puts it back."""

    def __init__(self, key: Key, *, host: str, port: int = 443, ca_file: str = "") -> None:
        self._key = key
        self._host, self._port, self._ca_file = host, port, ca_file
        self._idle: deque[Connection] = deque()
        self._lock = threading.Lock()
        self._provider: tuple[str, datetime] | None = None

    def send(
        self,
        *,
        token: str,
        title: str,
        body: str,
        data: Mapping[str, str],
        badge: int,
        collapse_id: UUID,
        now: datetime,
    ) -> None:
        """One alert to one device token. Raises TokenGone, TemporaryFailure, PermanentFailure."""
        alert = {"alert": {"title": title, "body": body}, "sound": "default", "badge": badge}
        headers = [
            (":method", "POST"),
            (":scheme", "https"),
            (":authority", self._host),
            (":path", f"/3/device/{token}"),
            ("authorization", f"bearer {self._provider_token(now=now)}"),
            ("apns-id", str(uuid.uuid4())),
            ("apns-topic", self._key.topic),
            ("apns-push-type", "alert"),
            ("apns-priority", "10"),
            ("apns-expiration", str(int((now + KEPT).timestamp()))),
            # A retry after a lost answer takes the place of the first, in place of a second alert.
            ("apns-collapse-id", str(collapse_id)),
        ]
        status, answer = self._exchange(headers, orjson.dumps({"aps": alert, **data}))
        if status != 200:
            self._refuse(status, answer)

    def close(self) -> None:
        """Close what is idle."""
        while self._idle:
            self._idle.pop().close()

    def _refuse(self, status: int, answer: Mapping[str, Any]) -> None:
        reason = str(answer.get("reason", ""))
        if status == 410 or reason in _GONE:
            since = answer.get("timestamp")
            raise TokenGone(reason, since=datetime.fromtimestamp(since / 1000, UTC) if isinstance(since, int) else None)
        if reason == "ExpiredProviderToken":
            self._provider = None
        if status in (403, 429) or status >= 500:
            raise TemporaryFailure(f"APNs answered {status} {reason}")
        raise PermanentFailure(f"APNs answered {status} {reason}")

    def _exchange(self, headers: list[tuple[str, str]], body: bytes) -> tuple[int, dict[str, Any]]:
        try:
            connection = self._take() or self._open()
            status, content = connection.request(headers, body)
        except (OSError, ConnectionLost) as error:
            raise TemporaryFailure(f"APNs did not answer: {type(error).__name__}") from error
        if connection.usable():
            self._idle.append(connection)
        else:
            connection.close()
        try:
            answer = orjson.loads(content or b"{}")
        except orjson.JSONDecodeError:
            answer = {}
        return status, answer if isinstance(answer, dict) else {}

    def _take(self) -> Connection | None:
        """An idle connection that the service has not closed meanwhile."""
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return None
            if connection.usable():
                return connection
            connection.close()

    def _open(self) -> Connection:
        return Connection(self._host, self._port, ca_file=self._ca_file)

    def _provider_token(self, *, now: datetime) -> str:
        with self._lock:
            if self._provider is None or self._provider[1] <= now:
                claims = {"iss": self._key.team_id, "iat": int(now.timestamp())}
                encoded = jwt.encode(
                    claims, self._key.private_key, algorithm="ES256", headers={"kid": self._key.key_id}
                )
                self._provider = encoded, now + _RENEWED
            return self._provider[0]
