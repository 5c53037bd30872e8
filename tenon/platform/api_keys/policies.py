"""Who may look after an organization's API keys: people only, since a key that makes keys cannot be taken back."""

from django.utils.translation import gettext_lazy as _

from tenon.kernel import permissions
from tenon.kernel.principal import Principal, PrincipalKind
from tenon.platform.organizations import policies
from tenon.platform.organizations.errors import BeyondOwnRights

READ = permissions.register("api_keys:read", label=_("See the API keys"), roles=[policies.ADMIN], people_only=True)
MANAGE = permissions.register(
    "api_keys:manage", label=_("Make, change, rotate and revoke API keys"), roles=[policies.ADMIN], people_only=True
)

_PEOPLE = {PrincipalKind.USER, PrincipalKind.STAFF}


def require_manage(principal: Principal) -> None:
    """Raises Forbidden unless a person with the permission asks, or the deployment itself."""
    policies.require(policies.may(principal, MANAGE))
    policies.require(principal.kind in {*_PEOPLE, PrincipalKind.SYSTEM})


def require_hands_out(principal: Principal, scopes: frozenset[str]) -> None:
    """Who receives a secret could do all that it can: raises BeyondOwnRights for more than they have themselves."""
    policies.require(principal.kind in _PEOPLE)
    if not principal.permissions.issuperset(scopes):
        raise BeyondOwnRights
