"""The stand-in's notices: doubled, late, in another order, lost, and sent again."""

import time
from collections import Counter

from tenon.testing.receivers import Received, Reply, receiver
from tenon.testing.stripe_server import stripe_server


def test_each_copy_leaves_as_planned():
    with receiver() as house, stripe_server() as stripe:
        stripe.notices.url = house.url("/hook")
        plans = {"payment_intent.created": (0.3, 0.0), "charge.succeeded": ()}
        stripe.notices.plan = lambda event: plans.get(event["type"], (0.0,))
        intent = stripe.account.create_intent({"amount": "3412", "currency": "usd"})
        stripe.account.confirm(intent["id"])
        stripe.notices.wait()
        arrived = Counter(each.event["type"] for each in stripe.notices.delivered)
        assert arrived == {"payment_intent.created": 2, "payment_intent.succeeded": 1}
        assert stripe.notices.delivered[-1].event["type"] == "payment_intent.created", "the late copy is the last"
        assert len(house.requests) == 3


def test_what_is_not_taken_is_sent_again():
    with receiver() as house, stripe_server() as stripe:
        answers = [Reply(503), Reply(204)]
        house.answer = lambda request: answers.pop(0)
        stripe.notices.url = house.url("/hook")
        stripe.account.create_intent({"amount": "3412", "currency": "usd"})
        stripe.notices.wait()
        first, second = house.requests
        assert first.body == second.body
        assert [each.status for each in stripe.notices.delivered] == [204]


def test_a_notice_is_signed_at_the_moment_it_leaves():
    def age(request: Received) -> float:
        return request.at - int(request.headers["stripe-signature"].partition(",")[0].removeprefix("t="))

    with receiver() as house, stripe_server() as stripe:
        stripe.notices.url = house.url("/hook")
        event = {"id": "evt_1", "object": "event", "created": int(time.time()) - 9000}
        assert stripe.notices.send(event) == 204
        assert age(house.requests[0]) < 5
