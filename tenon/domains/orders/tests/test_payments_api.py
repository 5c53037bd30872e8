"""Payments over HTTP: what shoppers see and do of their own, what staff do, and what Stripe may tell."""

from collections.abc import Callable
from typing import Any

import pytest

from tenon.domains.orders.api import payment_bodies as bodies
from tenon.domains.orders.api import payment_examples as examples
from tenon.domains.orders.api import payment_serializers as serializers
from tenon.domains.orders.api.shoppers import HEADER
from tenon.domains.orders.api.views.refunds import NOTICE_BYTES
from tenon.domains.orders.engines.guests import token_of
from tenon.domains.orders.models import Order
from tenon.domains.orders.tests.factories import Shop, make_user
from tenon.kernel import clock
from tenon.kernel.ids import new_id
from tenon.kernel.outbox.relay import drain
from tenon.platform.identity.models import User
from tenon.platform.identity.tests.factories import start_session
from tenon.testing.client import Answer, Api
from tenon.testing.queries import query_budget
from tenon.testing.stripe_server import StripeServer, signed
from tenon.testing.stripe_server.faults import Fault

WEBHOOK = "/api/v1/payments/stripe/webhook/"


class Browser:
    """Somebody in the shop, who sends a key where one is wanted."""

    def __init__(self, shop: Shop, person: User | None = None, token: str = "") -> None:
        self.api = Api(token=start_session(person, now=clock.now()).access) if person else Api()
        self.headers = {"X-Organization-ID": str(shop.id), **({HEADER: token} if token else {})}

    def get(self, path: str) -> Answer:
        return self.api.request("GET", f"/api/v1/{path}", headers=self.headers)

    def post(self, path: str, body: object = None, *, key: str | None = "") -> Answer:
        keys = {} if key is None else {"Idempotency-Key": key or str(new_id())}
        return self.api.request("POST", f"/api/v1/{path}", body or {}, headers={**self.headers, **keys})


@pytest.fixture
def shop(db: None, stripe: StripeServer) -> Shop:
    return Shop()


@pytest.fixture
def ada(shop: Shop) -> tuple[Order, Browser]:
    """Somebody with an order."""
    person = make_user()
    return shop.order(user=person), Browser(shop, person)


@pytest.fixture
def staff(shop: Shop) -> Browser:
    return Browser(shop, User.objects.get(pk=shop.staff.id))


Refused = Callable[[Answer, int, str], None]


@pytest.fixture
def refused() -> Refused:
    def check(answer: Answer, status: int, code: str) -> None:
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content

    return check


def tell(stripe: StripeServer, event: dict[str, Any], **changed: str) -> Answer:
    body, headers = signed(event, stripe.notices.secret)
    return Api().request("POST", WEBHOOK, body, headers={**headers, **changed})


def test_an_order_is_paid_and_told_of(shop: Shop, ada: tuple[Order, Browser], staff: Browser, stripe: StripeServer):
    order, browser = ada
    begun = browser.post(f"orders/{order.id}/payments/")
    assert begun.status_code == 201, begun.content
    payment = begun.json()
    assert payment.keys() == serializers.StartedPaymentSerializer().fields.keys()
    assert (payment["status"], payment["amount"], payment["reference"]) == ("pending", "10.00", None)
    assert payment["publishable_key"] == "pk_test_stand_in"
    intent = payment["client_secret"].partition("_secret_")[0]
    with pytest.raises(Fault):
        stripe.account.confirm(intent, "pm_card_chargeDeclined")
    failed = browser.post(f"payments/{payment['id']}/confirmation/", key=None)
    assert (failed.json()["status"], failed.json()["failure_code"]) == ("failed", "generic_decline")
    assert failed.json()["attempts"][0]["message"] == ""
    stripe.account.confirm(intent)
    assert browser.post(f"payments/{payment['id']}/confirmation/", key=None).json()["status"] == "captured"
    assert shop.state(order) == "confirmed"
    (listed,) = browser.get(f"orders/{order.id}/payments/").json()["data"]
    assert listed["captured_amount_money"] == {"amount": 1000, "currency": "USD"}
    assert "client_secret" not in listed
    (seen,) = staff.get(f"orders/{order.id}/payments/").json()["data"]
    assert seen["reference"] == intent
    assert seen["attempts"][0]["message"] == "Your card was declined."
    books = staff.get(f"orders/{order.id}/ledger/").json()
    assert {each["account"]: each["balance"] for each in books["balances"]} == {
        "cash": "10.00",
        "receivable": "0.00",
        "sales": "-10.00",
    }
    assert browser.post(f"orders/{order.id}/payments/").json()["code"] == "already_paid"


def test_a_key_is_needed_and_repeats_the_answer(ada: tuple[Order, Browser], refused: Refused, stripe: StripeServer):
    order, browser = ada
    path = f"orders/{order.id}/payments/"
    refused(browser.post(path, key=None), 400, "idempotency_key_missing")
    before = len(stripe.account.intents)
    first, again = browser.post(path, key="one"), browser.post(path, key="one")
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(stripe.account.intents) == before + 1


def test_a_guest_pays_by_the_token_of_the_order(shop: Shop, refused: Refused, stripe: StripeServer):
    order = shop.order()
    path = f"orders/{order.id}/payments/"
    refused(Browser(shop).post(path), 404, "not_found")
    refused(Browser(shop, token=token_of(new_id())).post(path), 404, "not_found")
    guest = Browser(shop, token=token_of(order.id))
    payment = guest.post(path).json()
    stripe.account.confirm(payment["client_secret"].partition("_secret_")[0])
    confirmation = f"payments/{payment['id']}/confirmation/"
    refused(Browser(shop).post(confirmation, key=None), 404, "not_found")
    assert guest.post(confirmation, key=None).json()["status"] == "captured"
    assert guest.get(f"orders/{order.id}/refunds/").json() == {"data": []}


def test_others_see_nothing(shop: Shop, ada: tuple[Order, Browser], refused: Refused):
    order, browser = ada
    payment = browser.post(f"orders/{order.id}/payments/").json()
    bob = Browser(shop, make_user())
    for path in (f"orders/{order.id}/payments/", f"orders/{order.id}/refunds/"):
        refused(bob.get(path), 404, "not_found")
    refused(bob.post(f"orders/{order.id}/payments/"), 404, "not_found")
    refused(bob.post(f"payments/{payment['id']}/confirmation/", key=None), 404, "not_found")
    elsewhere = Browser(Shop(), make_user())
    refused(elsewhere.post(f"payments/{payment['id']}/confirmation/", key=None), 404, "not_found")


def test_staff_give_money_back(ada: tuple[Order, Browser], staff: Browser, refused: Refused, stripe: StripeServer):
    order, browser = ada
    path = f"orders/{order.id}/refunds/"
    refused(staff.post(path), 409, "nothing_to_refund")
    payment = browser.post(f"orders/{order.id}/payments/").json()
    intent = payment["client_secret"].partition("_secret_")[0]
    stripe.account.confirm(intent)
    browser.post(f"payments/{payment['id']}/confirmation/", key=None)
    refused(staff.post(path, {"amount": "10.01"}), 422, "refund_too_large")
    refused(staff.post(path, {"amount": "0.00"}), 400, "invalid_amount")
    refused(staff.post(path, {"amount": "1.001"}), 400, "invalid_amount")
    refused(staff.post(path, {"amount": 1}), 400, "invalid")
    refused(staff.post(path, {"amount": {"amount": 100, "currency": "EUR"}}), 422, "currency_mismatch")
    refused(staff.post(path, {"sum": "1"}), 400, "invalid")
    refused(staff.post(path, key=None), 400, "idempotency_key_missing")
    refused(staff.post(f"orders/{new_id()}/refunds/", {"amount": "1.00"}), 404, "not_found")
    assert browser.post(path, {"amount": "1.00"}).status_code in (403, 404)
    made = staff.post(path, {"amount": "4.00", "reason": "A scratch"}, key="one")
    assert made.status_code == 201, made.content
    assert staff.post(path, {"amount": "4.00", "reason": "A scratch"}, key="one").json() == made.json()
    assert staff.post(path).json()["amount"] == "6.00"
    assert [each["amount"] for each in stripe.account.refunds_of(intent)] == [600, 400]
    assert [each["reason"] for each in staff.get(path).json()["data"]] == ["A scratch", ""]
    assert [each["reason"] for each in browser.get(path).json()["data"]] == ["", ""]


def test_a_provider_that_is_silent_is_a_503_that_may_be_repeated(
    ada: tuple[Order, Browser], refused: Refused, stripe: StripeServer
):
    order, browser = ada
    stripe.before = stripe.hang_up
    silent = browser.post(f"orders/{order.id}/payments/", key="one")
    refused(silent, 503, "payment_provider_unavailable")
    assert silent.headers["Retry-After"] == "5"
    stripe.behave()
    assert browser.post(f"orders/{order.id}/payments/", key="one").status_code == 201


def test_staff_note_a_transfer(shop: Shop, staff: Browser, refused: Refused):
    person = make_user()
    order = shop.order(user=person, payment_method="bank_transfer")
    path = f"orders/{order.id}/receipts/"
    assert Browser(shop, person).post(path).status_code in (403, 404)
    refused(staff.post(path, key=None), 400, "idempotency_key_missing")
    noted = staff.post(path, {"note": "Statement 7"}, key="one")
    assert noted.status_code == 201, noted.content
    assert (noted.json()["status"], noted.json()["provider"]) == ("captured", "manual")
    assert staff.post(path, {"note": "Statement 7"}, key="one").json() == noted.json()
    refused(staff.post(path), 409, "already_paid")
    assert shop.state(order) == "confirmed"


def test_what_stripe_tells_is_taken_and_done(shop: Shop, ada: tuple[Order, Browser], stripe: StripeServer):
    order, browser = ada
    payment = browser.post(f"orders/{order.id}/payments/").json()
    since = len(stripe.account.events)
    stripe.account.confirm(payment["client_secret"].partition("_secret_")[0])
    for event in [*stripe.account.events[since:], *stripe.account.events[since:]]:
        answer = tell(stripe, event)
        assert (answer.status_code, answer.json()) == (200, {"received": True})
    drain()
    assert shop.state(order) == "confirmed"


def test_what_stripe_did_not_sign_is_refused(stripe: StripeServer, db: None, refused: Refused):
    event = {"id": "evt_1", "object": "event", "type": "x", "created": 1, "data": {"object": {}}}
    assert tell(stripe, event).status_code == 200
    refused(tell(stripe, event, **{"Stripe-Signature": "t=1,v1=00"}), 400, "invalid_signature")
    refused(Api().post(WEBHOOK), 400, "invalid_signature")
    assert tell(stripe, {**event, "filler": "x" * NOTICE_BYTES}).status_code == 413


def test_lists_take_few_queries(ada: tuple[Order, Browser], shop: Shop):
    order, browser = ada
    browser.post(f"orders/{order.id}/payments/")
    with query_budget(12):
        assert browser.get(f"orders/{order.id}/payments/").status_code == 200
    with query_budget(12):
        assert browser.get(f"orders/{order.id}/refunds/").status_code == 200


def test_the_documentation_shows_every_field():
    assert examples.STARTED.keys() == serializers.StartedPaymentSerializer().fields.keys()
    assert examples.PAYMENT.keys() == serializers.PaymentSerializer().fields.keys()
    assert examples.REFUND.keys() == serializers.RefundSerializer().fields.keys()
    assert examples.BOOKS.keys() == serializers.BooksSerializer().fields.keys()
    assert bodies.books([], "USD") == {"currency": "USD", "balances": [], "data": []}
