"""Only what a server says of this recipient and this message is final."""

import smtplib

import pytest

from tenon.kernel.mail.refusals import failure
from tenon.kernel.outbox.errors import PermanentFailure, TemporaryFailure


@pytest.mark.parametrize(
    ("error", "kind", "says"),
    [
        (
            smtplib.SMTPRecipientsRefused({"a@example.com": (550, b"no such user")}),
            PermanentFailure,
            "550 no such user",
        ),
        (smtplib.SMTPRecipientsRefused({"a@example.com": (450, b"busy")}), TemporaryFailure, "450 busy"),
        (smtplib.SMTPDataError(554, b"spam"), PermanentFailure, "554 spam"),
        (smtplib.SMTPDataError(451, "later"), TemporaryFailure, "451 later"),
        (smtplib.SMTPSenderRefused(550, b"not verified", "x"), TemporaryFailure, "SMTPSenderRefused: 550 not verified"),
        (smtplib.SMTPAuthenticationError(535, b"\xff"), TemporaryFailure, "SMTPAuthenticationError: 535 \ufffd"),
        (smtplib.SMTPServerDisconnected("gone"), TemporaryFailure, "SMTPServerDisconnected: gone"),
        (TimeoutError("timed out"), TemporaryFailure, "TimeoutError: timed out"),
    ],
)
def test_a_refusal_says_whether_to_try_again(error: Exception, kind: type[Exception], says: str) -> None:
    found = failure(error)
    assert type(found) is kind
    assert says in str(found)


def test_a_bug_is_no_refusal() -> None:
    assert failure(KeyError("bug")) is None
