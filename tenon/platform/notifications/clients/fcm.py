"""Firebase Cloud Messaging by its HTTP v1 API, as a service account.

Sources: firebase.google.com/docs/reference/fcm/rest/v1/projects.messages and …/v1/ErrorCode; the account's access
token by a signed assertion (RFC 7523), which the token address of the account's own JSON file exchanges.
"""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import jwt
import orjson
import urllib3

from tenon.kernel.outbox.errors import PermanentFailure, TemporaryFailure
from tenon.platform.notifications.clients.errors import TokenGone

SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
TIMEOUT = urllib3.Timeout(connect=5, read=10)
KEPT = timedelta(days=1)  # how long the service keeps a message for a device that is off
_EARLY = timedelta(minutes=1)
_GONE = ("UNREGISTERED", "SENDER_ID_MISMATCH")


@dataclass(frozen=True, slots=True)
class Account:
    """What we need of a service account's JSON file."""

    project_id: str
    client_email: str
    private_key: str
    private_key_id: str
    token_uri: str

    @classmethod
    def read(cls, text: str) -> "Account":
        """Raises ValueError when it is no such file."""
        try:
            values = json.loads(text)
            return cls(**{name: str(values[name]) for name in cls.__slots__})
        except (TypeError, KeyError, json.JSONDecodeError):
            raise ValueError("This is not the JSON file of a service account.") from None


class Client:
    """Thread-safe: one pool of connections, one access token until shortly before its end."""

    def __init__(self, account: Account, *, origin: str, ca_file: str = "") -> None:
        self._account = account
        self._url = f"{origin}/v1/projects/{account.project_id}/messages:send"
        self._pool = urllib3.PoolManager(ca_certs=ca_file or None, timeout=TIMEOUT, retries=False, maxsize=8)
        self._lock = threading.Lock()
        self._access: tuple[str, datetime] | None = None

    def send(self, *, token: str, title: str, body: str, data: Mapping[str, str], now: datetime) -> None:
        """One message to one token. Raises TokenGone, TemporaryFailure, PermanentFailure."""
        message = {
            "token": token,
            "notification": {"title": title, "body": body},
            "data": dict(data),
            "android": {"ttl": f"{int(KEPT.total_seconds())}s"},
        }
        access = self._access_token(now=now)
        status, answer = self._post(
            self._url,
            orjson.dumps({"message": message}),
            {"Authorization": f"Bearer {access}", "Content-Type": "application/json"},
        )
        if status == 200:
            return
        code = _code(answer)
        if code in _GONE or (code == "INVALID_ARGUMENT" and _blames_the_token(answer)):
            raise TokenGone(code)
        if status == 401:
            self._forget(access)
        if status in (401, 403, 429) or status >= 500:
            raise TemporaryFailure(f"FCM answered {status} {code}")
        raise PermanentFailure(f"FCM answered {status} {code}")

    def _access_token(self, *, now: datetime) -> str:
        with self._lock:
            if self._access is None or self._access[1] <= now:
                self._access = self._fetch(now=now)
            return self._access[0]

    def _forget(self, access: str) -> None:
        with self._lock:
            if self._access is not None and self._access[0] == access:
                self._access = None

    def _fetch(self, *, now: datetime) -> tuple[str, datetime]:
        issued = int(now.timestamp())
        claims = {
            "iss": self._account.client_email,
            "scope": SCOPE,
            "aud": self._account.token_uri,
            "iat": issued,
            "exp": issued + 3600,
        }
        headers = {"kid": self._account.private_key_id}
        assertion = jwt.encode(claims, self._account.private_key, algorithm="RS256", headers=headers)
        status, answer = self._post(
            self._account.token_uri,
            urlencode({"grant_type": GRANT, "assertion": assertion}).encode(),
            {"Content-Type": "application/x-www-form-urlencoded"},
        )
        if status != 200 or not isinstance(answer.get("access_token"), str):
            raise TemporaryFailure(f"The token address of the service account answered {status} {answer.get('error')}")
        return answer["access_token"], now + timedelta(seconds=int(answer.get("expires_in", 3600))) - _EARLY

    def _post(self, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        try:
            answer = self._pool.request("POST", url, body=body, headers=dict(headers))
        except urllib3.exceptions.HTTPError as error:
            raise TemporaryFailure(f"FCM did not answer: {type(error).__name__}") from error
        try:
            content = orjson.loads(answer.data)
        except orjson.JSONDecodeError:
            content = {}
        return answer.status, content if isinstance(content, dict) else {}


def _details(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    error = answer.get("error")
    details = error.get("details") if isinstance(error, dict) else None
    return [each for each in details if isinstance(each, dict)] if isinstance(details, list) else []


def _code(answer: Mapping[str, Any]) -> str:
    """FCM's own error code, else Google's general status."""
    found = [each["errorCode"] for each in _details(answer) if "errorCode" in each]
    error = answer.get("error")
    return str(found[0] if found else error.get("status", "") if isinstance(error, dict) else "")


def _blames_the_token(answer: Mapping[str, Any]) -> bool:
    violations = [each for detail in _details(answer) for each in detail.get("fieldViolations", ())]
    return any(each.get("field") == "message.token" for each in violations)
