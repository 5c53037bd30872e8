"""Staff before the admin API."""

from collections.abc import Callable

import pytest

from tenon.kernel import clock
from tenon.platform.identity.models import User
from tenon.platform.identity.tests.factories import make_user, start_session
from tenon.testing.client import Api
from tenon.testing.portal import allow


@pytest.fixture
def root() -> User:
    """A superuser."""
    return make_user(is_staff=True, is_superuser=True)


@pytest.fixture
def api(root: User) -> Api:
    """What they call with."""
    return Api(token=start_session(root, now=clock.now()).access)


@pytest.fixture
def clerk() -> Callable[..., Api]:
    """Makes a member of staff whose group gives these permissions, and what they call with."""

    def make(*codenames: str) -> Api:
        person = make_user(is_staff=True)
        allow(person, *codenames)
        return Api(token=start_session(person, now=clock.now()).access)

    return make
