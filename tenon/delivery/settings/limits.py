"""How often what may happen: each is overridden by RATE_LIMIT_<NAME>, for instance RATE_LIMIT_LOGIN_ACCOUNT=5/min."""

RATE_LIMITS = {
    # On every route, but those for staff: by address for anonymous callers, else by caller.
    "anonymous": "300/min",
    "user": "1200/min",
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
    # By email address: each of these sends a message.
    "resend": "5/day",
    # Magic codes asked for, by address and by email address.
    "magic": "5/min",
    "magic_account": "3/hour",
    "magic_account_day": "10/day",
    # Wrong magic codes: by address, and where they come without a challenge, of everybody together.
    "magic_verify": "30/5min",
    "magic_bare": "60/hour",
    # By caller: each sends a message.
    "invite": "200/day",
    # By address: wrong secrets.
    "password_reset_confirm": "30/hour",
}

# What guards a secret, or sends mail, must stay limited when Redis is lost; verification links hold 122 random bits and
# refresh tokens a MAC, so guessing is not what their limits are for.
DURABLE_RATE_LIMITS = frozenset(RATE_LIMITS) - {"anonymous", "user", "verify", "refresh"}
