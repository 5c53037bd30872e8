"""A stand-in for Stripe on 127.0.0.1: PaymentIntents, refunds, disputes, and notices as Stripe signs them.

    with stripe_server(secret_key="sk_test_…", webhook_secret="whsec_…") as stripe:
        settings.STRIPE_API_BASE = stripe.url
        stripe.notices.url = f"{api.url}/api/v1/payments/stripe/webhook/"
        stripe.account.confirm(intent_id, "pm_card_visa")       # what a shopper does in the browser
        stripe.notices.plan = lambda event: (0.5, 0.0)          # each notice twice, and the first copy late

It speaks the wire format that the official library reads: forms in, JSON out, Idempotency-Key honoured, errors with
their types and codes. What it leaves out, we do not use. Source: docs.stripe.com/api, docs.stripe.com/testing.
"""

from tenon.testing.stripe_server.account import Account
from tenon.testing.stripe_server.notices import Notices, signed
from tenon.testing.stripe_server.server import Call, HangUp, StripeServer, stripe_server

__all__ = ["Account", "Call", "HangUp", "Notices", "StripeServer", "signed", "stripe_server"]
