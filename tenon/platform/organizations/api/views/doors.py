"""The way into one organization: by its id in the path, for its members."""

from tenon.kernel.http.audience import Audience
from tenon.kernel.http.views import Endpoint


class OrganizationRoute(Endpoint):
    """A route about the organization that the path names; nobody else's members learn that it exists."""

    audience = Audience.MEMBER
    organization_parameter = "organization_id"
