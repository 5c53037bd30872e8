"""People and sessions for tests."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from ipaddress import IPv6Address
from itertools import count
from typing import Any
from uuid import uuid4

from tenon.platform.identity import services
from tenon.platform.identity.engines import passwords
from tenon.platform.identity.models import User
from tenon.platform.identity.services import Device, SignedIn

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PASSWORD = "correct-horse-battery-7-staple"

_numbers = count(1)
_process = uuid4().hex[:8]  # test processes may share one Redis, whose counters go by address


@lru_cache
def hashed(password: str) -> str:
    """A hash of `password`, made once for all tests of this process."""
    return passwords.hashed(password)


def new_address() -> str:
    """An email address that no other test uses."""
    return f"person-{_process}-{next(_numbers)}@example.com"


def new_device() -> Device:
    """A laptop at an address that no other test uses."""
    network = 0x20010DB8 << 96 | (uuid4().int & 0xFFFFFFFF) << 64
    return Device(user_agent="Firefox on a laptop", ip=str(IPv6Address(network | 7)))


def make_user(*, password: str = PASSWORD, **fields: Any) -> User:
    """A verified account."""
    values = {"email": new_address(), "is_verified": True, "date_joined": NOW, **fields}
    return User.objects.create(password=hashed(password), **values)


def start_session(user: User, *, now: datetime = NOW, device: Device | None = None) -> SignedIn:
    """Sign `user` in, without the cost of a hash."""
    return services.start_session(user_id=user.id, device=device or new_device(), now=now)
