"""Who may see and change where an organization's events are sent."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenon.kernel import permissions
from tenon.kernel.errors import Forbidden
from tenon.kernel.feed import policies as feed
from tenon.kernel.principal import Principal
from tenon.platform.organizations import policies as organizations

READ = permissions.register(
    "webhooks:read", label=gettext_lazy("See webhook endpoints and deliveries"), roles=["admin"]
)
MANAGE = permissions.register(
    "webhooks:manage",
    label=gettext_lazy("Make and change webhook endpoints, see their secrets, send again"),
    roles=["admin"],
)


def may_read_events(principal: Principal) -> bool:
    """Whether they may read what is sent."""
    return organizations.may(principal, feed.READ)


def require_reader(principal: Principal) -> None:
    """Raises Forbidden for whoever may not read events: they would have them sent to an address of their own."""
    if not may_read_events(principal):
        raise Forbidden(_("This needs the permission %(word)s.") % {"word": feed.READ})
