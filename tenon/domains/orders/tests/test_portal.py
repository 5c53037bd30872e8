"""Orders in the portal: found, shown with all that belongs to them, and taken further by services."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry

from tenon.domains.orders.clients.errors import ProviderUnavailable
from tenon.domains.orders.models import Order, OrderNote, Refund, Shipment
from tenon.domains.orders.services import notes, payments, refunds
from tenon.domains.orders.tests.carts import make_cart_item
from tenon.domains.orders.tests.factories import Shop, make_order, make_user
from tenon.kernel import clock
from tenon.kernel.outbox.models import Entry
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.testing.portal import Browser, allow, messages, page
from tenon.testing.queries import query_budget

pytestmark = pytest.mark.django_db

ORDERS = page("orders_order")
STEPS = ("update_status", "send_parcel", "refund", "add_tracking", "receive_payment", "add_note", "cancel")


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def root() -> Any:
    return make_user(is_staff=True, is_superuser=True)


@pytest.fixture
def browser(root: Any) -> Browser:
    return Browser(root)


def step(name: str, order: Order) -> str:
    return page("orders_order", name, order.pk)


def take(browser: Browser, name: str, order: Order, **values: Any) -> Any:
    """A step, with its form as it is shown and these fields filled in."""
    form = browser.get(step(name, order)).context["form"]
    shown = {field: form.get_initial_for_field(bound, field) for field, bound in form.fields.items()}
    sent = {field: value for field, value in {**shown, **values}.items() if value is not None}
    return browser.client.post(step(name, order), sent, follow=True)


def paid(shop: Shop, **fields: Any) -> Order:
    """An order that was paid by bank transfer."""
    order = shop.order(payment_method="bank_transfer", **fields)
    payments.receive(principal=shop.staff, order_id=order.id, now=clock.now())
    return order


def fresh(shop: Shop, order: Order) -> Order:
    with organization_scope(shop.id):
        return Order.objects.get(pk=order.pk)


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.content
    return str(answer.content.decode())


def test_orders_are_found_by_number_address_and_sku(browser: Browser, shop: Shop):
    ada = make_user()
    make_order(shop.id, number="KAS-FOUND", user=ada, email="gift@example.com")
    make_order(shop.id, number="KAS-OTHER", email="other@example.com")
    with organization_scope(shop.id):
        order = Order.objects.get(number="KAS-FOUND")
        order.items.update(sku="LAMP-7")
    for term in ("kas-found", ada.email.upper(), "Gift@Example.com", "LAMP-7", str(order.id)):
        found = text(browser.get(ORDERS, q=term))
        assert "KAS-FOUND" in found, term
        assert "KAS-OTHER" not in found, term
    assert "KAS-FOUND" not in text(browser.get(ORDERS, q="KAS-FOU"))


def test_orders_are_narrowed_by_state_payment_and_day(browser: Browser, shop: Shop):
    make_order(shop.id, number="KAS-NEW", placed_at=clock.now())
    make_order(shop.id, number="KAS-OLD", state="cancelled", payment_method="paypal", payment_status="refunded")
    for query in (
        {"state__exact": "pending"},
        {"payment_status__exact": "pending"},
        {"payment_method__exact": "credit_card"},
        {"placed_at__gte": f"{clock.now():%Y-%m-%d} 00:00:00+00:00"},
    ):
        found = text(browser.get(ORDERS, **query))
        assert "KAS-NEW" in found
        assert "KAS-OLD" not in found, query


def test_an_order_is_shown_with_all_that_belongs_to_it(browser: Browser, shop: Shop):
    order = paid(shop, quantity=2, number="KAS-WHOLE", user=make_user(), coupon_code="TEN")
    take(browser, "send_parcel", order, carrier="DHL", tracking_number="0034", line_0=1)
    take(browser, "add_note", order, body="Called, wants it on Monday")
    take(browser, "refund", order, amount="5.00", reason="A scratch")
    shown = text(browser.get(step("change", order)))
    for word in (
        "KAS-WHOLE",
        "Lamp",
        "LAMP-1",
        "DHL",
        "0034",
        "1 × Lamp",
        "manual",
        "20.00 USD",
        "A scratch",
        "Called, wants it on Monday",
        "processing",
        "Receivable",
        "-20.00 USD",
        "12 St James",
    ):
        assert word in shown, word


def test_what_people_wrote_is_text(browser: Browser, shop: Shop):
    order = shop.order()
    notes.add(principal=shop.staff, order_id=order.id, body="<script>alert(1)</script>")
    shown = text(browser.get(step("change", order)))
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)" in shown


@pytest.mark.parametrize("amount", [1, 4])
def test_pages_cost_no_more_for_more(browser: Browser, root: Any, shop: Shop, amount: int):
    for _ in range(amount):
        order = paid(shop, quantity=2, user=make_user())
        make_cart_item(shop.id, make_user().id)
        for _ in range(amount):
            take(browser, "add_note", order, body="Once more")
    take(browser, "send_parcel", order, line_0=1)
    take(browser, "refund", order, amount="1.00")
    with organization_scope(shop.id):
        payment_id = Refund.objects.values_list("payment", flat=True).get()
    budgets = {
        ORDERS: 8,
        step("change", order): 16,
        page("orders_payment"): 8,
        page("orders_payment", "change", payment_id): 8,
        page("orders_cart"): 8,
    }
    for path, most in budgets.items():
        with query_budget(most):
            assert browser.get(path).status_code == 200


def test_an_order_goes_all_the_way(browser: Browser, root: Any, shop: Shop):
    order = shop.order(payment_method="bank_transfer", quantity=2)
    assert "Payment noted" in messages(take(browser, "receive_payment", order, note="Statement 7"))
    assert (fresh(shop, order).state, fresh(shop, order).payment_status) == ("confirmed", "paid")
    take(browser, "update_status", order, status="processing")
    take(browser, "send_parcel", order, carrier="DHL", line_0=1)
    assert fresh(shop, order).state == "processing"
    with organization_scope(shop.id):
        first = Shipment.objects.get(order=order)
    take(browser, "add_tracking", order, shipment=str(first.id), tracking_number="0034")
    take(browser, "update_status", order, status="shipped")
    take(browser, "update_status", order, status="delivered")
    assert fresh(shop, order).state == "delivered"
    take(browser, "add_note", order, body="Thank you")
    take(browser, "refund", order)
    assert (fresh(shop, order).state, fresh(shop, order).refunded_amount) == ("refunded", 2000)
    with organization_scope(shop.id):
        assert [each.tracking_number for each in Shipment.objects.order_by("number")] == ["0034", ""]
        assert OrderNote.objects.get(order=order).author_id == root.pk
    done = LogEntry.objects.filter(object_id=str(order.pk)).values_list("change_message", flat=True)
    assert len(done) == 8
    told = Entry.objects.filter(name__startswith="order.", payload__order_id=str(order.id))
    assert {each.payload["actor_id"] for each in told} == {str(root.pk)}


def test_an_order_is_cancelled_with_a_reason(browser: Browser, shop: Shop):
    order = shop.order()
    assert "Cancelled" in messages(take(browser, "cancel", order, reason="Nobody answers"))
    assert fresh(shop, order).state == "cancelled"
    assert "Nobody answers" in text(browser.get(step("change", order)))


def test_what_a_service_refuses_stands_in_the_form(browser: Browser, shop: Shop):
    order = paid(shop, quantity=2)
    refused = take(browser, "refund", order, amount="20.01")
    assert refused.context["form"].non_field_errors()
    assert fresh(shop, order).refunded_amount == 0
    malformed = take(browser, "refund", order, amount="five")
    assert "amount" in malformed.context["form"].errors
    none = take(browser, "send_parcel", order, line_0=0)
    assert none.context["form"].non_field_errors()
    unknown = take(browser, "update_status", order, status="delivered")
    assert "status" in unknown.context["form"].errors
    paid_twice = take(browser, "receive_payment", order)
    assert paid_twice.context["form"].non_field_errors()
    assert not LogEntry.objects.filter(object_id=str(order.pk)).exists()


def test_a_form_that_is_sent_twice_refunds_once(browser: Browser, shop: Shop):
    order = paid(shop, quantity=2)
    form = browser.get(step("refund", order)).context["form"]
    sent = {"key": form.get_initial_for_field(form.fields["key"], "key"), "amount": "5.00"}
    for _ in range(2):
        assert browser.client.post(step("refund", order), sent).status_code == 302
    assert fresh(shop, order).refunded_amount == 500
    # After a refusal the form stands for another submission.
    refused = take(browser, "refund", order, amount="100.00")
    assert refused.context["form"]["key"].value() != str(sent["key"])


def test_a_refund_that_no_provider_answers_stays_pending(browser: Browser, shop: Shop, monkeypatch: pytest.MonkeyPatch):
    order = paid(shop, quantity=2)

    def silent(*_arguments: Any) -> None:
        raise ProviderUnavailable

    monkeypatch.setattr(refunds, "_asked", silent)
    answer = take(browser, "refund", order, amount="5.00")
    assert answer.redirect_chain[-1][0] == step("change", order)
    assert messages(answer)[0].startswith(str(ProviderUnavailable.message))
    with organization_scope(shop.id):
        assert Refund.objects.get(order=order).state == "pending"


@pytest.mark.parametrize("name", STEPS)
def test_who_may_only_look_takes_no_step(shop: Shop, name: str):
    order = paid(shop)
    staff = make_user(is_staff=True)
    allow(staff, "view_order")
    browser = Browser(staff)
    assert f"/{name}/" not in text(browser.get(step("change", order)))
    for answer in (browser.get(step(name, order)), browser.post(step(name, order), reason="x", body="x")):
        assert answer.status_code == 403
    assert fresh(shop, order).state == "confirmed"


@pytest.mark.parametrize("name", STEPS)
def test_an_order_that_is_not_there(browser: Browser, name: str):
    answer = browser.get(f"{ORDERS}01a1f7ed-4c9b-769d-a4cf-b1b0f976d74b/{name}/")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")


def test_payments_and_carts_are_shown_and_found(browser: Browser, shop: Shop):
    order = paid(shop, number="KAS-PAID")
    ada = make_user()
    make_cart_item(shop.id, ada.id)
    assert "KAS-PAID" in text(browser.get(page("orders_payment"), q="KAS-PAID"))
    assert "KAS-PAID" not in text(browser.get(page("orders_payment"), q="KAS-NONE"))
    assert ada.email in text(browser.get(page("orders_cart"), q=ada.email))
    assert order.number
