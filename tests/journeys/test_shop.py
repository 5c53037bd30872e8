"""A guest looks around in a shop, stays, buys, sends one thing back and says what they think of the rest.

The shop's own program hears of all of it by webhook, over TLS; Stripe's stand-in speaks the same wire format.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from tenon.kernel.outbox import relay
from tenon.kernel.outgoing import connections
from tenon.platform.identity.tests.factories import new_address
from tenon.platform.webhooks.services.dispatcher import Dispatcher
from tenon.testing.client import Api
from tenon.testing.databases import Clone
from tenon.testing.mailbox import Letter
from tenon.testing.receivers import Receiver, authority, receiver
from tenon.testing.stripe_server import StripeServer, stripe_server
from tenon.testing.stripe_server.faults import Fault
from tests.journeys.conftest import PASSWORD, path_of, sign_in
from tests.journeys.shopping import Bank, Letters, Told, Visitor, about

ADDRESS = {
    "full_name": "Ada Lovelace",
    "line1": "1 Main St",
    "city": "Springfield",
    "postal_code": "62701",
    "country": "US",
}


@pytest.fixture(autouse=True)
def _database(cloned_database: Clone, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """One where the dispatcher, which works in threads of its own, sees what the requests have written."""
    with django_db_blocker.unblock(), cloned_database.in_use():
        yield


@pytest.fixture
def stripe(settings: Any) -> Iterator[StripeServer]:
    """The account of the deployment."""
    with stripe_server() as running:
        settings.PAYMENT_PROVIDERS = ["manual", "stripe"]
        settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = running.secret_key, running.url
        settings.STRIPE_WEBHOOK_SECRET, settings.STRIPE_PUBLISHABLE_KEY = running.notices.secret, "pk_test_stand_in"
        yield running


@pytest.fixture
def program(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """The shop's own server, and a dispatcher that trusts its certificate."""
    certified = authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certified.ca))
    connections.tls_context.cache_clear()
    settings.OUTGOING_PRIVATE_NETWORKS, settings.OUTGOING_PORTS = ["127.0.0.0/8"], ["*"]
    settings.WEBHOOK_POLL_SECONDS = 0.02
    with ExitStack() as stack:
        stack.callback(connections.tls_context.cache_clear)
        running = stack.enter_context(receiver(certified))
        dispatcher = Dispatcher()
        dispatcher.start()
        stack.callback(dispatcher.stop)
        yield running


Delivered = Callable[[str], list[Letter]]


def registered(letters: Letters, **names: str) -> str:
    """The id of somebody new who has followed the emailed link."""
    made = Api().post("/api/v1/auth/register/", {"email": letters.email, "password": PASSWORD, **names})
    assert made.status_code == 201, made.content
    [letter] = letters.next("Verify your email address")
    assert Api().get(path_of(letter.links[0])).status_code == 200
    return str(made.json()["user"]["id"])


def opened(owner: Api) -> tuple[Visitor, dict[str, str]]:
    """A shop with two things to buy, a way of sending, a tax and a coupon; and the ids of the things."""
    made = owner.post("/api/v1/organizations/", {"name": "Analytical Mugs"})
    staff = Visitor(owner, made.json()["id"])
    kitchen = staff.post("categories/", {"name": "Kitchen"})
    mug = {"name": "Brass mug", "sku": "MUG-1", "price": "24.99", "currency": "USD", "stock": 6, "min_stock_level": 4}
    book = {"name": "Notes on the engine", "sku": "BOOK-1", "price": "10.00", "currency": "USD", "stock": 20}
    things = {
        each["sku"]: staff.post("products/", {**each, "category_id": kitchen["id"]})["id"] for each in (mug, book)
    }
    staff.post("shipping-methods/", {"code": "standard", "name": "Standard", "price": "6.44", "currency": "USD"})
    staff.post("tax-rates/", {"name": "Sales tax", "country": "US", "rate": "10.75", "applies_to_shipping": False})
    coupon = {"code": "WELCOME10", "discount_type": "percentage", "discount_value": "10", "currency": "USD"}
    staff.post("coupons/", {**coupon, "usage_limit_per_user": 1})
    relay.drain()
    return staff, things


def test_from_looking_around_to_a_review(delivered: Delivered, stripe: StripeServer, program: Receiver) -> None:
    of_owner, letters = Letters(new_address(), delivered), Letters(new_address(), delivered)
    owner_id = registered(of_owner)
    staff, things = opened(sign_in(of_owner.email))
    shop, mug, book = staff.shop, things["MUG-1"], things["BOOK-1"]
    endpoint = staff.post("webhooks/endpoints/", {"url": program.url("/shop"), "event_types": ["*"]})
    told, bank = Told(program, endpoint["secret"], shop), Bank(stripe)

    # A guest looks around, and puts something into a cart that nobody has.
    guest = Visitor(Api(), shop)
    assert {each["id"] for each in guest.get("products/")["data"]} == {mug, book}
    assert guest.get("products/search/?q=brass")["data"][0]["id"] == mug
    assert guest.get(f"products/{mug}/")["price"] == "24.99"
    [kitchen] = guest.get("categories/tree/")["data"]
    assert guest.get(f"categories/{kitchen['id']}/products/")["meta"]["total"] in (2, None)
    cart = guest.post("cart/items/", {"product_id": mug, "quantity": 1})
    assert guest.cart == cart["token"] != ""
    told.next()

    # They sign up, and elsewhere have put something into a cart already: both become one, once.
    customer_id = registered(letters, first_name="Ada", last_name="Lovelace")
    phone = Visitor(sign_in(letters.email, device="a phone"), shop)
    phone.post("cart/items/", {"product_id": book, "quantity": 1})
    phone.post("cart/items/", {"product_id": mug, "quantity": 1})
    ada = Visitor(sign_in(letters.email), shop)
    ada.cart = guest.cart
    for _ in range(2):
        merged = ada.get("cart/")
        assert {line["product_id"]: line["quantity"] for line in merged["items"]} == {mug: 2, book: 1}
        assert merged["user"] == customer_id
    assert guest.get("cart/")["items"] == []
    letters.next("A sign-in from a new device")

    # With a coupon; what comes off and what comes on is shown line by line.
    assert ada.send("PUT", "cart/coupon/", {"code": "nothing"}, expected=422)["reason"] == "unknown"
    ada.send("PUT", "cart/coupon/", {"code": "welcome10"})
    priced = ada.send("PATCH", "cart/", {"country": "US", "shipping_method": "standard"})
    amounts = ("subtotal", "discount_amount", "shipping_cost", "tax_amount", "total_amount")
    total = ("59.98", "6.00", "6.44", "5.80", "66.22")
    assert tuple(priced[name] for name in amounts) == total
    assert (priced["ready"], priced["notices"]) == (True, [])
    told.next()

    order = ada.post(
        "orders/", {"payment_method": "credit_card", "shipping_address": ADDRESS, "expected_total": "66.22"}
    )
    order["shop"] = shop
    assert (order["status"], order["payment_status"], order["coupon_code"]) == ("pending", "pending", "WELCOME10")
    assert tuple(order[name] for name in amounts) == total
    assert ada.get("cart/")["items"] == []
    [letter] = letters.next("Your order has been placed")
    assert f"order {order['number']} at Analytical Mugs. It comes to 66.22 USD." in letter.text
    assert f"/orders/{order['id']}" in letter.links[0]
    placed = {"total_amount": 6622, "currency": "USD", "payment_method": "credit_card"}
    low, placing = told.next("stock.low", "order.placed")
    assert (low["product_id"], low["available"], low["min_stock_level"]) == (mug, 4, 4)
    assert placing == about(order, actor=customer_id, **placed)

    # The first card is declined, and the order waits for another; nobody is written to for that.
    payment = ada.post(f"orders/{order['id']}/payments/")
    intent = payment["client_secret"].partition("_secret_")[0]
    with pytest.raises(Fault):
        stripe.account.confirm(intent, "pm_card_chargeDeclinedInsufficientFunds")
    bank.notify()
    paying = {"payment_id": payment["id"], "provider": "stripe", "amount": 6622, "currency": "USD"}
    started, failed = told.next("payment.started", "payment.failed")
    assert started == about(order, actor=customer_id, **paying)
    assert failed == about(order, actor=None, **paying, failure_code="insufficient_funds")
    seen = ada.get(f"orders/{order['id']}/")
    assert (seen["status"], seen["payment_status"]) == ("pending", "failed")
    letters.next()

    # The second one is taken: the browser says so, Stripe says so, and it counts once.
    assert ada.post(f"orders/{order['id']}/payments/")["client_secret"] == payment["client_secret"]
    stripe.account.confirm(intent)
    confirmed = ada.post(f"payments/{payment['id']}/confirmation/", expected=200)
    assert (confirmed["status"], confirmed["captured_amount"]) == ("captured", "66.22")
    bank.notify()
    [letter] = letters.next("Your order is confirmed")
    assert f"Order {order['number']} at Analytical Mugs is confirmed." in letter.text
    captured, confirmation = told.next("payment.captured", "order.confirmed")
    assert captured == about(order, actor=None, **paying)
    assert confirmation == about(order, actor=None)

    # Two parcels: one mug, then all the rest.
    lines = {line["product_id"]: line["id"] for line in order["items"]}
    parcels = [
        {"carrier": "DHL", "tracking_number": "0034", "items": [{"item_id": lines[mug], "quantity": 1}]},
        {"carrier": "UPS", "tracking_number": "1Z99"},
    ]
    for number, parcel in enumerate(parcels):
        sent = staff.post(f"orders/{order['id']}/shipments/", parcel)["data"]
        assert len(sent) == number + 1
        tracking = {name: parcel[name] for name in ("carrier", "tracking_number")}
        [letter] = letters.next("Your order is on its way")
        assert f"is on its way. {parcel['carrier']} {parcel['tracking_number']}" in letter.text
        types = ["order.processing", "order.shipped"][number:]
        *packing, shipped = told.next(*types)
        assert packing == [about(order, actor=owner_id)] * (number == 0)
        of_parcel = {"shipment_id": sent[-1]["id"], **tracking, "complete": bool(number)}
        assert shipped == about(order, actor=owner_id, **of_parcel)
    for number, parcel in enumerate(sent):
        staff.post(f"orders/{order['id']}/shipments/{parcel['id']}/delivery/", expected=200)
        if number == 0:
            told.next()
            letters.next()
    [letter] = letters.next("Your order has arrived")
    assert f"Order {order['number']} at Analytical Mugs has been delivered." in letter.text
    (arrived,) = told.next("order.delivered")
    assert {**arrived, "product_ids": set(arrived["product_ids"])} == about(
        order, actor=owner_id, product_ids={mug, book}
    )

    # One mug goes back, and is for sale again; what it cost is given back.
    wanted = {"items": [{"item_id": lines[mug], "quantity": 1}], "reason": "One is enough"}
    going_back = ada.post(f"orders/{order['id']}/returns/", wanted)
    place = f"orders/{order['id']}/returns/{going_back['id']}/"
    assert staff.send("PATCH", place, {"status": "approved"})["status"] == "approved"
    assert staff.send("PATCH", place, {"status": "received"})["status"] == "received"
    types = ["order.return_requested", "order.return_approved", "order.return_received"]
    actors = [customer_id, owner_id, owner_id]
    assert told.next(*types) == [about(order, actor=actor, return_id=going_back["id"]) for actor in actors]
    assert staff.get(f"products/{mug}/")["stock"] == 5
    refund = staff.post(f"orders/{order['id']}/refunds/", {"amount": "24.91", "reason": "One mug came back"})
    assert (refund["status"], refund["amount"]) == ("succeeded", "24.91")
    bank.notify()
    [letter] = letters.next("Money is on its way back to you")
    assert f"24.91 USD for order {order['number']} at Analytical Mugs has been given back." in letter.text
    given = {**paying, "amount": 2491, "refund_id": refund["id"]}
    assert told.next("payment.refunded") == [about(order, actor=owner_id, **given)]
    seen = ada.get(f"orders/{order['id']}/")
    assert (seen["status"], seen["payment_status"], seen["refunded_amount"]) == (
        "delivered",
        "partially_refunded",
        "24.91",
    )
    books = staff.get(f"orders/{order['id']}/ledger/")
    assert sum(each["amount_money"]["amount"] for each in books["data"]) == 0
    cash = next(each["balance"] for each in books["balances"] if each["account"] == "cash")
    assert cash == "41.31"

    # What they think of the other one is held, then shown, as of somebody who has bought it.
    words = {"rating": 4, "title": "Keeps the tea warm", "body": "The handle does not."}
    review = ada.post(f"products/{mug}/reviews/", words)
    assert (review["state"], review["is_verified_purchase"]) == ("pending", True)
    assert guest.get(f"products/{mug}/reviews/")["data"] == []
    [waiting] = staff.get("reviews/?filter[state]=pending&sort=created_at")["data"]
    assert (waiting["id"], waiting["is_verified_purchase"], waiting["user_id"]) == (review["id"], True, customer_id)
    of_review = {"organization_id": shop, "review_id": review["id"], "product_id": mug, "rating": 4}
    assert told.next("review.submitted") == [{**of_review, "actor_id": customer_id}]
    staff.post(f"reviews/{review['id']}/approval/", expected=200)
    [shown] = guest.get(f"products/{mug}/reviews/")["data"]
    assert (shown["title"], shown["user_name"], shown["is_verified_purchase"]) == (words["title"], "Ada L.", True)
    assert told.next("review.approved") == [{**of_review, "actor_id": owner_id}]

    # Nobody was written to besides, and the feed tells the same as the webhooks did.
    letters.next()
    of_owner.next()
    feed = staff.get("events/?limit=100")["data"]
    assert [event["id"] for event in feed if event["id"] in set(told.ids)] == told.ids
    assert told.ids[-1] == feed[-1]["id"]
