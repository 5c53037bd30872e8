"""What can go wrong with API keys."""

from django.utils.translation import gettext_lazy as _

from tenon.kernel.errors import Conflict, Invalid, Unauthenticated


class InvalidApiKey(Unauthenticated):
    """The key is malformed, unknown, expired or revoked, or its organization is closed; which of these is not said."""

    code = "invalid_api_key"
    message = _("This API key is not valid.")


class AmbiguousCredentials(Unauthenticated):
    """Authorization and X-API-Key name two callers."""

    code = "ambiguous_credentials"
    message = _("Send one credential: Authorization and X-API-Key differ.")


class UnknownScopes(Invalid):
    """A word that no app declares, or that only people may use."""

    code = "unknown_scope"
    message = _("There is no such scope.")


class WiderScopes(Invalid):
    """A key that exists loses scopes and gains none: whoever has its secret did not ask for more."""

    code = "wider_scopes"
    message = _("A key can only lose scopes. Make another key for more.")


class PastExpiry(Invalid):
    """The time at which the key would end is over."""

    code = "past_expiry"
    message = _("This time is over. Revoke the key to end it now.")


class ApiKeyEnded(Conflict):
    """The key has expired or was revoked, and stays so."""

    code = "api_key_ended"
    message = _("This key has expired or was revoked. Make another one.")


class TooManyApiKeys(Conflict):
    """The organization has as many live keys as one may."""

    code = "too_many_api_keys"
    message = _("The organization has too many keys. Revoke those that nobody uses.")
