"""What a provider of payments says no with."""

from django.utils.translation import gettext_lazy as _

from tenon.kernel.errors import Invalid, Unavailable


class ProviderUnavailable(Unavailable):
    """The provider did not answer, or cannot at the moment. It may have acted: ask with the same key."""

    code = "payment_provider_unavailable"
    message = _("The payment provider cannot be reached at the moment. Try again shortly.")


class InvalidSignature(Invalid):
    """A notice without a good signature, or with one that is too old."""

    code = "invalid_signature"
    message = _("The signature of this notice is not good.")


class ProviderRefused(Exception):
    """The provider understood, and will not. `code` is its own word for the reason; nothing has been done.

    The message is the provider's, in English, for the people who look after orders.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
