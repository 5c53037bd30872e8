"""Who may change flags: who runs the deployment."""

from tenon.kernel.errors import Forbidden
from tenon.kernel.principal import Principal, PrincipalKind


def require_manage(principal: Principal) -> None:
    """Raises Forbidden unless staff asks, or the deployment itself."""
    if principal.kind not in {PrincipalKind.STAFF, PrincipalKind.SYSTEM}:
        raise Forbidden
