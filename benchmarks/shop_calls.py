"""The views of the shop as `inside` calls them: ours, and raw ones with the same statements."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.test import RequestFactory
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from benchmarks.replays import plain, recorded
from benchmarks.shop_requests import LIST, SEARCH
from tenon.domains.catalog.api.views.products import ProductsView, ProductView
from tenon.domains.catalog.api.views.search import ProductSearchView
from tenon.kernel.ids import new_id
from tenon.kernel.principal import Principal, PrincipalKind


class Known(BaseAuthentication):
    """Everybody is the same customer of the same shop, at no cost."""

    principal: ClassVar[Principal]

    def authenticate(self, request: Request) -> tuple[Any, Principal]:
        return self.principal, self.principal


class Unguarded:
    authentication_classes = (Known,)
    throttle_classes = ()

    def check_throttles(self, request: Request) -> None:
        """Nor is it looked up whose shop it is."""


class List(Unguarded, ProductsView):
    pass


class Detail(Unguarded, ProductView):
    pass


class Search(Unguarded, ProductSearchView):
    pass


def calls(shop: Mapping[str, Any]) -> dict[str, Callable[[], Any]]:
    organization_id = UUID(shop["organization"])
    Known.principal = Principal(PrincipalKind.USER, new_id(), organization_id)
    made = RequestFactory(SERVER_NAME="127.0.0.1")
    views: dict[str, tuple[Any, str, dict[str, Any]]] = {
        "list": (List, LIST, {}),
        "detail": (Detail, f"{LIST}{shop['product']}/", {"product_id": UUID(shop["product"])}),
        "search": (Search, SEARCH, {}),
    }
    found: dict[str, Callable[[], Any]] = {}
    for name, (view, path, given) in views.items():
        answer = view.as_view()
        found[name] = lambda answer=answer, path=path, given=given: answer(made.get(path), **given)
        raw = plain(recorded(found[name]), organization_id)
        found[f"raw {name}"] = lambda raw=raw, path=path: raw(made.get(path))
    return found
