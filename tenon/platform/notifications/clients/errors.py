"""What a push service says of a token."""

from datetime import datetime


class TokenGone(Exception):
    """The service no longer knows the token: the app was removed, or has another one. `since`: known to be gone."""

    def __init__(self, reason: str, *, since: datetime | None = None) -> None:
        super().__init__(reason)
        self.since = since
