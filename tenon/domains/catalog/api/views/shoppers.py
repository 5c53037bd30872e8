"""Routes of a shop that are for somebody who is signed in."""

from typing import Any, ClassVar

from rest_framework.request import Request

from tenon.kernel.errors import Forbidden, TenonError, Unauthenticated
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.declared import ByMethod
from tenon.kernel.http.views import Endpoint
from tenon.kernel.principal import Principal, PrincipalKind

_PEOPLE = {PrincipalKind.USER, PrincipalKind.STAFF}


def require_person(principal: Principal) -> None:
    """Raises Unauthenticated for a guest, and Forbidden for a program or a device."""
    if not principal.is_authenticated:
        raise Unauthenticated
    if principal.kind not in _PEOPLE:
        raise Forbidden


class Shopper(Endpoint):
    """What is a shopper's own: no guest has any of it, member of the organization or not."""

    audience = Audience.STOREFRONT
    raises: ClassVar[ByMethod[type[TenonError]]] = (Unauthenticated, Forbidden)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        require_person(self.principal)
