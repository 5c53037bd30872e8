"""Notices on their way: signed, and as unreliable as a test wants them."""

import hashlib
import hmac
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import urllib3

Event = dict[str, Any]
_ATTEMPTS, _BETWEEN = 40, 0.25  # a receiver that is killed is back within seconds


def signed(event: Event, secret: str, *, at: float | None = None) -> tuple[bytes, dict[str, str]]:
    """The body of a notice, and its headers. Source: docs.stripe.com/webhooks/signature."""
    body, moment = orjson.dumps(event), int(time.time() if at is None else at)
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": f"t={moment},v1={digest}"}
    return body, headers


@dataclass(frozen=True, slots=True)
class Delivery:
    """One copy of a notice, and how it was answered at last; 0 where nobody answered."""

    event: Event
    status: int


class Notices:
    """Deliveries to `url`, none while it is empty. `plan` has the seconds after which each copy leaves.

    As Stripe does, a copy that is not answered with 2xx is sent again.
    """

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.url = ""
        self.plan: Callable[[Event], Sequence[float]] = lambda event: (0.0,)
        self.delivered: list[Delivery] = []
        self._pool = urllib3.PoolManager(maxsize=16, retries=False, timeout=30)
        self._under_way = 0
        self._changed = threading.Condition()
        self._closed = threading.Event()

    def tell(self, event: Event) -> None:
        """Send the copies that are planned."""
        for delay in self.plan(event) if self.url else ():
            with self._changed:
                self._under_way += 1
            threading.Thread(target=self._deliver, args=(event, delay), daemon=True).start()

    def send(self, event: Event) -> int:
        """One copy now, and how it was answered; 0 where nobody did."""
        body, headers = signed(event, self.secret)
        try:
            return self._pool.request("POST", self.url, body=body, headers=headers).status
        except urllib3.exceptions.HTTPError:
            return 0

    def wait(self, seconds: float = 60) -> None:
        """Until no copy is on its way any more. Raises TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(lambda: not self._under_way, seconds):
                raise TimeoutError(f"{self._under_way} notices are still on their way.")

    def close(self) -> None:
        """Give up on what is on its way."""
        self._closed.set()
        self.wait()
        self._pool.clear()

    def _deliver(self, event: Event, delay: float) -> None:
        status = 0
        try:
            self._closed.wait(delay)
            for _ in range(_ATTEMPTS):
                if self._closed.is_set() or 200 <= (status := self.send(event)) <= 299:
                    break
                self._closed.wait(_BETWEEN)
        finally:
            with self._changed:
                self.delivered.append(Delivery(event, status))
                self._under_way -= 1
                self._changed.notify_all()
