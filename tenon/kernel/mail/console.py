"""A mail backend for development: prints each mail as its reader would read it."""

import sys
import threading
from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

_RULE = "─" * 100
_printing = threading.Lock()


class EmailBackend(BaseEmailBackend):
    """Writes addresses, subject and the plain text to standard output, without any encoding."""

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
                sys.stdout.write("\n".join(lines) + "\n")
                sys.stdout.flush()
        return len(email_messages)
