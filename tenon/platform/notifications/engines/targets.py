"""Where a notification may lead: nothing that a browser would run."""

from urllib.parse import urlsplit

from tenon.kernel.errors import FieldError
from tenon.platform.notifications.errors import InvalidTarget

LENGTH = 500


def require_target(target: str) -> None:
    """Accept nothing, a path of this deployment, or an http(s) address. Raises InvalidTarget."""
    if target and not _is_target(target):
        raise InvalidTarget(errors=[FieldError("/target_url", InvalidTarget.code, InvalidTarget.message)])


def absolute(target: str, *, site_url: str) -> str:
    """`target` as a mail can link to it; empty stays empty."""
    return f"{site_url}{target}" if target.startswith("/") else target


def _is_target(target: str) -> bool:
    # Browsers drop tabs and line feeds, and take a backslash for a slash: what is left must be what was looked at.
    if (
        len(target) > LENGTH
        or "\\" in target
        or any(character.isspace() or ord(character) < 32 for character in target)
    ):
        return False
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    if not parts.scheme:
        return target.startswith("/") and not target.startswith("//")
    return parts.scheme in ("http", "https") and bool(parts.hostname)
