"""Why a request with an Idempotency-Key, or without one, is refused."""

from django.utils.translation import gettext_lazy as _

from tenon.kernel.errors import Conflict, Invalid, Unprocessable


class KeyMissing(Invalid):
    """The operation is not carried out without a key."""

    code = "idempotency_key_missing"
    message = _("Send an Idempotency-Key, so that a repetition of this request does not act twice.")


class KeyMalformed(Invalid):
    """The key is empty, too long, or holds what is not printable ASCII."""

    code = "idempotency_key_invalid"
    message = _("An Idempotency-Key has 1 to 255 printable ASCII characters.")


class KeyReused(Unprocessable):
    """The same key came with another request before."""

    code = "idempotency_key_reused"
    message = _("This Idempotency-Key was used for another request. Choose a new key for a new request.")


class InProgress(Conflict):
    """The first request with this key has not been answered yet; `retry_after` says when to ask again."""

    code = "idempotency_in_progress"
    message = _("The first request with this Idempotency-Key is still being carried out. Repeat it later.")


class AnswerLost(Conflict):
    """What the first request was answered, or how far it came, can no longer be read: SECRET_KEY has changed."""

    code = "idempotency_answer_lost"
    message = _(
        "A request with this Idempotency-Key was carried out, and its answer can no longer be read. Look at what it did"
        " before you try again with another key."
    )
