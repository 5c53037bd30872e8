"""What can be done with API keys."""

from tenon.platform.api_keys.services.authentication import Caller, authenticate
from tenon.platform.api_keys.services.expiry import forget, purge, tell_expiring
from tenon.platform.api_keys.services.keys import Issued, create, revoke, rotate, update
from tenon.platform.api_keys.services.letters import tell_of_keys_left_behind

__all__ = [
    "Caller",
    "Issued",
    "authenticate",
    "create",
    "forget",
    "purge",
    "revoke",
    "rotate",
    "tell_expiring",
    "tell_of_keys_left_behind",
    "update",
]
