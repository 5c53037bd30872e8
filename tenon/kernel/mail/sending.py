"""Queueing a mail in the transaction that is the reason for it."""

import re
from collections.abc import Mapping
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from tenon.kernel.errors import Invalid
from tenon.kernel.outbox.publishing import enqueue

JOB = "mail.deliver"
_TEMPLATE = re.compile(r"[a-z][a-z0-9_]*")


class InvalidAddress(Invalid):
    """Not one email address."""

    code = "invalid_email"
    message = _("This is not an email address.")


def send(*, template: str, to: str, context: Mapping[str, object], locale: str = "", unsubscribe_url: str = "") -> UUID:
    """Queue one mail. Returns the id of its outbox row, which its Message-ID repeats at every attempt.

    `context` holds JSON values, UUIDs, dates and decimals (the templates see their text). `locale` is the reader's
    language; empty or unknown means the site's. `unsubscribe_url` ends mails of its kind when it is posted to
    (RFC 8058), without asking back. The payload is sealed at rest and wiped once the mail is sent.
    Raises InvalidAddress, and NotInTransaction on autocommit.
    """
    if not _TEMPLATE.fullmatch(template):
        raise ValueError(f"A mail template is named in lower-case letters, digits and underscores, not {template!r}.")
    try:
        validate_email(to)
    except ValidationError:
        raise InvalidAddress from None
    payload: dict[str, object] = {"template": template, "to": to, "context": context, "locale": locale}
    if unsubscribe_url:
        payload["unsubscribe_url"] = unsubscribe_url
    return enqueue(JOB, payload, secret=True)
