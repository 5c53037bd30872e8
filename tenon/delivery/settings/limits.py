"""How often what may happen: each is overridden by RATE_LIMIT_<NAME>, for instance RATE_LIMIT_LOGIN_ACCOUNT=5/min.

`docs/guides/rate-limits.md` lists them all, and a test compares.
"""

RATE_LIMITS = {
    # On every route, but those for staff: by address for anonymous callers, else by person, device or API key; and by
    # organization where somebody acts in one.
    "anonymous": "300/min",
    "user": "1200/min",
    "api_key": "1200/min",
    "organization": "6000/min",
    # Failed sign-ins; those that succeed are given back.
    "login_account": "10/5min",
    "login_address": "50/5min",
    # By address.
    "register": "60/hour",
    "verify": "60/min",
    "refresh": "120/min",
    # By email address and network, so that strangers do not use up the owner's; then by email address alone.
    "password_reset": "5/day",
    "password_reset_account": "20/day",
    "resend": "5/day",
    "resend_account": "20/day",
    # Magic codes asked for: by address, then as above.
    "magic": "5/min",
    "magic_account": "3/hour",
    "magic_account_day": "10/day",
    "magic_mailbox": "40/day",
    # Wrong magic codes: by address, and where they come without a challenge, of everybody together.
    "magic_verify": "30/5min",
    "magic_bare": "60/hour",
    # By caller: each sends a message.
    "invite": "200/day",
    # By caller: API keys made and rotated; each new one sends letters.
    "api_keys_made": "60/hour",
    # By caller: coupons tried; codes must not be guessed.
    "coupon": "30/min",
    # By caller: webhooks sent by hand, each a request to somebody's server.
    "webhook_send": "60/min",
    # By caller: each is work.
    "trigger_task": "30/min",
    # By caller: whole copies, of the audit log and of all that is held of a person.
    "export": "30/hour",
    # By caller: searches of a shop, and imports and exports of products.
    "search": "240/min",
    "product_import": "30/hour",
    # By caller: reports, each of which adds up many rows.
    "report": "60/min",
    # By caller: orders placed; each reserves goods and sends letters.
    "checkout": "60/min",
    # By caller: files announced, sent or completed; each has bytes examined.
    "upload": "120/min",
    # By caller: reviews of products, each of which somebody looks at.
    "review": "30/hour",
    # By caller: payments begun, each a call of the provider; who tries stolen cards begins many.
    "pay": "60/hour",
    # By address: wrong secrets.
    "password_reset_confirm": "30/hour",
}

# What guards a secret, or sends mail, must stay limited when Redis is lost; verification links hold 122 random bits and
# refresh tokens a MAC, so guessing is not what their limits are for.
DURABLE_RATE_LIMITS = frozenset(RATE_LIMITS) - {
    "anonymous",
    "user",
    "api_key",
    "organization",
    "export",
    "verify",
    "refresh",
    "product_import",
    "search",
    "pay",
    "report",
    "upload",
    "review",
    "webhook_send",
    "trigger_task",
}
