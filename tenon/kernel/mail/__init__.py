"""Mail as outbox rows: queued in the domain's transaction, sent with retries, its failures visible as dead letters.

A mail is three templates of an app, `templates/mail/<name>.subject.txt`, `.txt` and `.html`; the last two usually
extend `mail/base.txt` and `mail/base.html` and fill their block `content` (and `preheader`, the line that mail programs
show beside the subject). `{% include "mail/button.html" with url=… label=… %}` draws the one action. Every template
sees the context of `send` and `site_name`, `site_url`, `subject` and `to`.
"""

from tenon.kernel.mail.sending import send

__all__ = ["send"]
