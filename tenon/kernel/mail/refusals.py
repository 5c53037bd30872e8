"""What a failed sending means: trying again may help, or it cannot.

Source for the reply codes: RFC 5321, section 4.2.1. Only what is said of this recipient and this message is final; a
refused login or sender is the operator's to mend, and then the mail can still go.
"""

import smtplib

from anymail.exceptions import (  # type: ignore[import-untyped]
    AnymailAPIError,
    AnymailError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
)

from tenon.kernel.outbox.errors import PermanentFailure, TemporaryFailure

_PERMANENT = range(500, 600)
# What a provider's API answers when the message itself is at fault; 401, 403 and 429 are not among them.
_UNPROCESSABLE = (400, 406, 413, 422)


def failure(error: Exception) -> TemporaryFailure | PermanentFailure | None:
    """The failure to raise for what a mail backend raised; None when it is no failure of the sending."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reply = next(iter(error.recipients.values()))
        return _by_code(code, f"The mail server refused the recipient: {code} {_text(reply)}")
    if isinstance(error, smtplib.SMTPDataError):
        return _by_code(
            error.smtp_code, f"The mail server refused the mail: {error.smtp_code} {_text(error.smtp_error)}"
        )
    if isinstance(error, smtplib.SMTPResponseException):
        return TemporaryFailure(f"{type(error).__name__}: {error.smtp_code} {_text(error.smtp_error)}")
    if isinstance(error, AnymailError):
        return _of_provider(error)
    if isinstance(error, OSError):  # SMTPException is one, and so are refused connections, timeouts and TLS errors
        return TemporaryFailure(f"{type(error).__name__}: {error}")
    return None


def _by_code(code: int, message: str) -> TemporaryFailure | PermanentFailure:
    return PermanentFailure(message) if code in _PERMANENT else TemporaryFailure(message)


def _of_provider(error: AnymailError) -> TemporaryFailure | PermanentFailure:
    final = isinstance(error, AnymailRecipientsRefused | AnymailInvalidAddress) or (
        isinstance(error, AnymailAPIError) and error.status_code in _UNPROCESSABLE
    )
    return PermanentFailure(str(error)) if final else TemporaryFailure(str(error))


def _text(reply: bytes | str) -> str:
    return reply.decode(errors="replace") if isinstance(reply, bytes) else reply
