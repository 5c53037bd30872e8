"""Why a call was not made, or not answered."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from tenon.kernel.errors import Invalid


class Reason(StrEnum):
    """What kept an answer from coming. Stored, so a word keeps its meaning."""

    REFUSED = "refused_address"
    NAME = "unknown_name"
    CONNECTION = "no_connection"
    TLS = "tls"
    TIMEOUT = "timeout"
    PROTOCOL = "no_http"


class RefusedUrl(Invalid):
    """An address that this deployment calls for nobody: not https, not public, or not written plainly."""

    code = "refused_url"
    message = _("This address cannot be called.")


class Unanswered(Exception):
    """There is no answer. `reason` says in a word why, the message in a sentence that may be shown to whoever named
    the address: it tells nothing of what a private address would have answered.
    """

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
