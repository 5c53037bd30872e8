"""Who takes part when somebody buys: people in the shop, the shop's own program, and Stripe."""

from collections.abc import Callable
from typing import Any

from standardwebhooks import Webhook

from tenon.kernel.ids import new_id
from tenon.kernel.outbox import relay
from tenon.testing.client import Answer, Api
from tenon.testing.mailbox import Letter
from tenon.testing.receivers import Receiver
from tenon.testing.servers import wait_for
from tenon.testing.stripe_server import StripeServer, signed


class Visitor:
    """Somebody in one shop, who sends a key where one may be sent."""

    def __init__(self, api: Api, shop: str) -> None:
        self.api, self.shop, self.cart = api, shop, ""

    def get(self, path: str) -> Any:
        return self._answered(self.api.get(f"/api/v1/{path}", headers=self._headers()), 200)

    def send(self, method: str, path: str, body: object = None, *, expected: int = 200) -> Any:
        headers = {**self._headers(), **({"Idempotency-Key": str(new_id())} if method == "POST" else {})}
        answer = self.api.request(method, f"/api/v1/{path}", {} if body is None else body, headers=headers)
        self.cart = answer.headers.get("X-Cart-Token", self.cart)
        return self._answered(answer, expected)

    def post(self, path: str, body: object = None, *, expected: int = 201) -> Any:
        return self.send("POST", path, body, expected=expected)

    def _headers(self) -> dict[str, str]:
        return {"X-Organization-ID": self.shop, **({"X-Cart-Token": self.cart} if self.cart else {})}

    def _answered(self, answer: Answer, expected: int) -> Any:
        assert answer.status_code == expected, answer.content
        return answer.json()


class Letters:
    """What somebody has been written so far."""

    def __init__(self, email: str, delivered: Callable[[str], list[Letter]]) -> None:
        self.email, self.delivered, self.read = email, delivered, 0

    def next(self, *subjects: str) -> list[Letter]:
        """The letters since the last time, which have these subjects; there are no others."""
        came = self.delivered(self.email)[self.read :]
        assert [letter.subject for letter in came] == list(subjects)
        self.read += len(came)
        return came


class Told:
    """What the shop's program has received so far, each verified, and each only once."""

    def __init__(self, program: Receiver, secret: str, shop: str) -> None:
        self.program, self.webhook, self.shop, self.ids = program, Webhook(secret), shop, list[str]()

    def next(self, *types: str) -> list[dict[str, Any]]:
        """The data of the next messages, which are of these types, in order; there are no others."""
        relay.drain()
        end = len(self.ids) + len(types)
        wait_for(lambda: len(self.program.requests) >= end, f"{', '.join(types)} by webhook")
        came = []
        for request in self.program.requests[len(self.ids) :]:
            message = self.webhook.verify(request.body, dict(request.headers))
            assert request.headers["webhook-id"] == message["id"]
            assert message.keys() == {"id", "type", "timestamp", "organization_id", "data"}
            assert message["organization_id"] == self.shop
            came.append(message)
        assert [message["type"] for message in came] == list(types)
        self.ids += [message["id"] for message in came]
        assert len(set(self.ids)) == len(self.ids)
        return [message["data"] for message in came]


class Bank:
    """The shopper's browser at Stripe, and Stripe's notices to us."""

    def __init__(self, stripe: StripeServer) -> None:
        self.stripe, self.seen = stripe, len(stripe.account.events)

    def notify(self) -> None:
        """Every notice since the last time, twice, as Stripe may send them."""
        events = self.stripe.account.events[self.seen :]
        self.seen += len(events)
        for event in events:
            body, headers = signed(event, self.stripe.notices.secret)
            for _ in range(2):
                answer = Api().request("POST", "/api/v1/payments/stripe/webhook/", body, headers=headers)
                assert (answer.status_code, answer.json()) == (200, {"received": True})


def about(order: dict[str, Any], *, actor: str | None, **more: Any) -> dict[str, Any]:
    """What every event of an order says, and more."""
    return {
        "organization_id": order["shop"],
        "actor_id": actor,
        "order_id": order["id"],
        "number": order["number"],
        "user_id": order["customer_id"],
        **more,
    }
