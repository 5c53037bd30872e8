"""Mail backends that do not work."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class SendsNothing(BaseEmailBackend):
    """Swallows what it is given."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        return 0


class Broken(BaseEmailBackend):
    """Has a bug, and tells of the letter."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise RuntimeError(email_messages[0].body)
