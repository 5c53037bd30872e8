"""The job that renders and sends one mail, outside any transaction."""

from datetime import timedelta
from email.utils import parseaddr
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from tenon.kernel.mail.refusals import failure
from tenon.kernel.mail.rendering import HeaderInjection, render
from tenon.kernel.mail.sending import JOB
from tenon.kernel.outbox.delivery import current_id
from tenon.kernel.outbox.errors import PermanentFailure, TemporaryFailure
from tenon.kernel.outbox.registry import job


# A conversation with a mail server is some eight steps, each of which may take EMAIL_TIMEOUT.
@job(JOB, lease=timedelta(minutes=3))
def deliver(*, template: str, to: str, context: dict[str, Any], locale: str, unsubscribe_url: str = "") -> None:
    """Send one mail. Raises PermanentFailure for a refused recipient or message, TemporaryFailure for the rest."""
    try:
        rendered = render(template=template, to=to, context=context, locale=locale)
    except HeaderInjection as error:
        raise PermanentFailure(str(error)) from None
    message = EmailMultiAlternatives(
        subject=rendered.subject,
        body=rendered.text,
        to=[to],
        headers={
            "Message-ID": message_id(current_id()),
            "Auto-Submitted": "auto-generated",  # RFC 3834
            **_unsubscribing(unsubscribe_url),
        },
    )
    message.attach_alternative(rendered.html, "text/html")
    try:
        # As a context: left to itself, the SMTP backend keeps its connection open after a refusal.
        with get_connection() as connection:
            sent = connection.send_messages([message])
    except Exception as error:
        if (refusal := failure(error)) is not None:
            raise refusal from error
        raise
    if not sent:
        raise TemporaryFailure("The mail backend sent nothing.")


def message_id(entry_id: UUID) -> str:
    """The Message-ID (RFC 5322) of an outbox row: the same at every attempt, so that a second copy can be told."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{entry_id}@{domain}>"


def _unsubscribing(url: str) -> dict[str, str]:
    """By one click (RFC 8058), without a look at a page."""
    if not url:
        return {}
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
