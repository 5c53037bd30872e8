"""Browsers and programs as they name themselves (RFC 9110, 10.1.5)."""

import re

_VERSION = re.compile(r"[\d._]+")


def without_version(user_agent: str) -> str:
    """What stays the same when the browser is updated."""
    return _VERSION.sub("", user_agent)
