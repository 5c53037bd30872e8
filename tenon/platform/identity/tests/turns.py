"""Turning a session, and asking whether a token is good."""

from datetime import timedelta

from tenon.platform.identity import services
from tenon.platform.identity.errors import InvalidToken
from tenon.platform.identity.tests.factories import NOW


def refresh(token: str, *, after: timedelta = timedelta(0)) -> str:
    """The next refresh token."""
    return services.refresh(token=token, now=NOW + after).refresh


def is_good(token: str, *, after: timedelta = timedelta(0)) -> bool:
    """Whether an access or refresh token would be accepted."""
    try:
        services.verify_token(token=token, now=NOW + after)
    except InvalidToken:
        return False
    return True
