"""What the routes of a shop share: who is staff there, and what caches may keep of what anybody may read."""

from typing import Any

from django.utils.translation import get_language
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.domains.catalog import policies, selectors
from tenon.kernel.http import conditional
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.conditional import NotModified
from tenon.kernel.http.views import Endpoint
from tenon.kernel.principal import PrincipalKind
from tenon.platform.organizations.policies import may

SHARED = "public, max-age=30, stale-while-revalidate=60"
_VARY = "Authorization, X-API-Key, X-Organization-ID, Accept-Language"


class ShopView(Endpoint):
    """A route of the shop: anybody reads what is offered, staff read all."""

    audience = Audience.STOREFRONT

    @property
    def is_staff(self) -> bool:
        """Whether the caller sees what is not offered, too."""
        return may(self.principal, policies.READ)


class Sharing:
    """What guests read, caches may keep: an ETag of the catalog's version says whether it still holds.

    The tag is weak (RFC 9110 section 8.8.1): a number in stock may differ by sales that left enough, and such a copy
    is as good. Opened in a read-only scope, before anything else is asked: unless `ask_first` is false, whoever has a
    copy is told at once whether it holds. What is `live` is kept by nobody.
    """

    def __init__(self, view: ShopView, request: Request, *, live: bool = False, ask_first: bool = True) -> None:
        self._request = request
        self._organization_id = view.organization_id
        self.is_shared = view.principal.kind is PrincipalKind.ANONYMOUS and not live
        if self.is_shared:
            view.cache_control = SHARED  # type: ignore[misc]
            view.headers = {**view.headers, "Vary": _VARY}
            if ask_first and "If-None-Match" in request.headers:
                self.require_changed(selectors.catalog_version())

    def version(self) -> int:
        """The version to read before the rows that an answer is made of; none where nobody shares it."""
        return selectors.catalog_version() if self.is_shared else 0

    def require_changed(self, version: int) -> None:
        """Raises NotModified when the caller has what is of this version."""
        if not self.is_shared:
            return
        try:
            conditional.check(self._request, self._tag(version))
        except NotModified as same:
            raise NotModified(f"W/{same.etag}") from None

    def answer(self, body: Any, version: int) -> Response:
        """`body`, which is of this version."""
        return Response(body, headers={"ETag": f"W/{self._tag(version)}"} if self.is_shared else None)

    def _tag(self, version: int) -> str:
        path = self._request.get_full_path()
        return conditional.etag("catalog", self._organization_id, version, path, get_language())
