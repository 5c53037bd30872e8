"""Routes for people who are not signed in (yet)."""

from tenon.kernel.http.audience import Audience
from tenon.kernel.http.views import Endpoint


class Entrance(Endpoint):
    """A route that heeds no access token: a stale one, sent along by habit, must not keep its holder out."""

    audience = Audience.PUBLIC
    authentication_classes = ()
