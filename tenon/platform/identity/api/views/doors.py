"""The two ways into identity: for people who are not signed in (yet), and for the owner of an account."""

from typing import cast
from uuid import UUID

from tenon.kernel.http.audience import Audience
from tenon.kernel.http.views import Endpoint


class Entrance(Endpoint):
    """A route that heeds no access token: a stale one, sent along by habit, must not keep its holder out."""

    audience = Audience.PUBLIC
    authentication_classes = ()


class OwnRoute(Endpoint):
    """A route about the caller's own account."""

    audience = Audience.SELF

    @property
    def user_id(self) -> UUID:
        """Who asks; the audience lets nobody else in."""
        return cast(UUID, self.principal.id)

    @property
    def session_id(self) -> UUID:
        """The session that asks."""
        return cast(UUID, self.principal.session_id)
