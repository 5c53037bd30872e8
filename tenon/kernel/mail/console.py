"""A mail backend for development: prints each mail as its reader would read it."""

import re
import sys
import threading
from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

_RULE = "─" * 100
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # C0 but for tab and line feed, DEL, C1
_printing = threading.Lock()


class EmailBackend(BaseEmailBackend):
    """Writes addresses, subject and the plain text to standard output; what would steer the terminal is spelled out."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            lines = [
                _RULE,
                f"From:    {message.from_email}",
                f"To:      {', '.join(message.recipients())}",
                f"Subject: {message.subject}",
                "",
                str(message.body).rstrip(),
                _RULE,
            ]
            with _printing:
                sys.stdout.write(_CONTROL.sub(_spelled_out, "\n".join(lines)) + "\n")
                sys.stdout.flush()
        return len(email_messages)


def _spelled_out(found: re.Match[str]) -> str:
    return f"\\x{ord(found[0]):02x}"
