"""The HTTP of the stand-in: keys, Idempotency-Key, routes."""

import re
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import orjson

from tenon.testing.servers import HOST
from tenon.testing.stripe_server import forms
from tenon.testing.stripe_server.account import Account
from tenon.testing.stripe_server.faults import Fault, invalid
from tenon.testing.stripe_server.notices import Notices

Answer = tuple[int, bytes]


class HangUp(Exception):
    """Raised by a hook: the connection is closed in place of an answer."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request of the API, as it came."""

    method: str
    path: str
    params: Mapping[str, Any]
    key: str


class StripeServer:
    """A running stand-in. `before` is called as a request comes, `after` when it has had its effect.

    Either may wait, raise HangUp, or raise a Fault to be answered.
    """

    def __init__(self, port: int, *, secret_key: str, webhook_secret: str) -> None:
        self.url = f"http://{HOST}:{port}"
        self.secret_key = secret_key
        self.notices = Notices(webhook_secret)
        self.account = Account(self.notices.tell)
        self.calls: list[Call] = []
        self.before: Callable[[Call], None] = lambda call: None
        self.after: Callable[[Call], None] = lambda call: None
        self._kept: dict[str, tuple[Call, Answer | None]] = {}
        self._lock = threading.Lock()

    def lose_answers(self) -> None:
        """What is asked for has its effect, once, and nobody hears of it."""

        def before(call: Call) -> None:
            if call.key in self._kept:
                raise HangUp

        self.before, self.after = before, self.hang_up

    @staticmethod
    def hang_up(call: Call) -> None:
        """A hook that answers nobody."""
        raise HangUp

    def behave(self) -> None:
        """Forget all mischief."""
        self.before = self.after = lambda call: None

    def answer(self, call: Call, authorization: str) -> tuple[Answer, bool]:
        """The answer, and whether it is an earlier one's."""
        self.calls.append(call)
        try:
            self._require_key(call, authorization)
            self.before(call)
            if call.method != "POST" or not call.key:
                return self._done(call), False
            return self._once(call)
        except Fault as fault:
            return (fault.status, orjson.dumps(fault.body)), False

    def _once(self, call: Call) -> tuple[Answer, bool]:
        with self._lock:
            known = self._kept.get(call.key)
            if known is None:
                self._kept[call.key] = (call, None)
        if known is None:
            answer = self._done(call)
            with self._lock:
                # Faults of the request itself are not kept: it had not begun.
                if answer[0] == 400:
                    del self._kept[call.key]
                else:
                    self._kept[call.key] = (call, answer)
            self.after(call)
            return answer, False
        first, kept = known
        if (first.path, first.params) != (call.path, call.params):
            raise Fault(
                400, "idempotency_error", "Keys for idempotent requests can only be used with the same request."
            )
        if kept is None:
            raise invalid("Another request with this key is under way.", code="idempotency_key_in_use", status=409)
        return kept, True

    def _done(self, call: Call) -> Answer:
        try:
            return 200, orjson.dumps(_public(self._route(call)))
        except Fault as fault:
            return fault.status, orjson.dumps(_public(fault.body))

    def _route(self, call: Call) -> Any:
        account, wanted = self.account, f"{call.method} {call.path}"
        if wanted == "POST /v1/payment_intents":
            return account.create_intent(call.params)
        if wanted == "POST /v1/refunds":
            return account.create_refund(call.params)
        if wanted == "GET /v1/payment_intents":
            return _listed(list(account.intents.values()), call.path)
        if wanted == "GET /v1/refunds":
            return _listed(account.refunds_of(call.params.get("payment_intent", "")), call.path)
        if match := re.fullmatch(r"GET /v1/refunds/(\w+)", wanted):
            return account.refund(match[1])
        if match := re.fullmatch(r"GET /v1/payment_intents/(\w+)", wanted):
            return account.intent(match[1])
        if match := re.fullmatch(r"POST /v1/payment_intents/(\w+)/confirm", wanted):
            return account.confirm(match[1], str(call.params.get("payment_method", "pm_card_visa")))
        if match := re.fullmatch(r"POST /v1/payment_intents/(\w+)/cancel", wanted):
            return account.cancel(match[1])
        raise invalid(f"Unrecognized request URL ({wanted}).", status=404)

    def _require_key(self, call: Call, authorization: str) -> None:
        if authorization == f"Bearer {self.secret_key}":
            return
        # What a shopper's browser may do, with the key that is published and the secret of its own intent.
        match = re.fullmatch(r"/v1/payment_intents/(\w+)(/confirm)?", call.path)
        if match and authorization.startswith("Bearer pk_test_"):
            known = self.account.intent(match[1])["client_secret"]
            if call.params.get("client_secret") == known:
                return
        raise invalid("Invalid API Key provided.", status=401)


def _listed(rows: list[dict[str, Any]], url: str) -> dict[str, Any]:
    return {"object": "list", "data": rows, "has_more": False, "url": url}


def _public(value: Any) -> Any:
    """Without what the stand-in notes for itself."""
    if isinstance(value, dict):
        return {name: _public(each) for name, each in value.items() if not name.startswith("_")}
    return [_public(each) for each in value] if isinstance(value, list) else value


class _Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever hangs up early is no fault of ours."""


@contextmanager
def stripe_server(
    *, secret_key: str = "sk_test_stand_in", webhook_secret: str = "whsec_stand_in"
) -> Iterator[StripeServer]:
    """A running stand-in with an empty account."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def _take(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            target = urlsplit(self.path)
            params = forms.read(body if self.command == "POST" else target.query)
            call = Call(self.command, target.path, params, self.headers.get("Idempotency-Key", ""))
            try:
                (status, content), replayed = running.answer(call, self.headers.get("Authorization", ""))
            except HangUp:
                self.close_connection = True
                return
            with suppress(OSError):
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.send_header("Request-Id", f"req_{secrets.token_hex(7)}")
                if replayed:
                    self.send_header("Idempotent-Replayed", "true")
                self.end_headers()
                self.wfile.write(content)

        do_GET = do_POST = _take  # noqa: N815 (names of the standard library)

        def log_message(self, *args: Any) -> None:
            """Nothing."""

    server = _Server((HOST, 0), Handler)
    running = StripeServer(server.server_address[1], secret_key=secret_key, webhook_secret=webhook_secret)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        running.notices.close()
        server.shutdown()
        server.server_close()
