"""People in front of the API, signed in."""

from tenon.kernel import clock
from tenon.platform.identity.models import User
from tenon.platform.identity.tests.factories import make_user, start_session
from tenon.testing.client import Api


def signed_in(user: User | None = None) -> Api:
    """A browser of theirs."""
    return Api(token=start_session(user or make_user(), now=clock.now()).access)


def at(organization_id: object, rest: str = "") -> str:
    """The path of an organization, and of what is below it."""
    return f"/api/v1/organizations/{organization_id}/{rest}"
