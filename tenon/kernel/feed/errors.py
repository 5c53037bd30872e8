"""What a reader of the feed can get wrong, or come too late for."""

from django.utils.translation import gettext_lazy as _

from tenon.kernel.errors import Gone


class EventsExpired(Gone):
    """Events after the cursor are no longer kept: the reader has missed some."""

    code = "events_expired"
    message = _("Events that you have not read are no longer kept. Start again without a cursor, and read all anew.")
