"""Development is open to its developer, and to nobody else's pages."""

import re

import pytest

from tenon.delivery.settings import development


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://localhost", True),
        ("http://localhost:5173", True),
        ("http://127.0.0.1:3000", True),
        ("http://localhost.evil.example", False),
        ("http://localhost:80.evil.example", False),
        ("http://127.0.0.1.evil.example", False),
        ("http://evil.example/http://localhost", False),
    ],
)
def test_only_pages_of_this_machine_may_read_answers(origin: str, allowed: bool) -> None:
    # As django-cors-headers compares them.
    assert any(re.match(look, origin) for look in development.CORS_ALLOWED_ORIGIN_REGEXES) is allowed
