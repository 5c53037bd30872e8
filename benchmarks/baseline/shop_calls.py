"""The views of the shop as `benchmarks.inside` calls them."""

from collections.abc import Callable, Mapping
from typing import Any

from django.test import RequestFactory
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from benchmarks.baseline.models import User
from benchmarks.baseline.shop_views import NaiveProductViewSet, ProductViewSet
from benchmarks.shop_requests import BASELINE_SEARCH, LIST


class Known(BaseAuthentication):
    """Everybody is the same customer, at no cost."""

    def authenticate(self, request: Request) -> tuple[User, None]:
        return User(), None


def calls(shop: Mapping[str, Any]) -> dict[str, Callable[[], Any]]:
    made = RequestFactory(SERVER_NAME="127.0.0.1", headers={"X-Organization-ID": shop["organization"]})
    unguarded: dict[str, Any] = {"authentication_classes": [Known], "throttle_classes": []}
    found: dict[str, Callable[[], Any]] = {}
    for prefix, views in (("", ProductViewSet), ("naive ", NaiveProductViewSet)):
        many = views.as_view({"get": "list"}, **unguarded)
        one = views.as_view({"get": "retrieve"}, **unguarded)
        found[f"{prefix}list"] = lambda many=many: many(made.get(LIST))
        found[f"{prefix}search"] = lambda many=many: many(made.get(BASELINE_SEARCH))
        found[f"{prefix}detail"] = lambda one=one: one(made.get(LIST), pk=shop["product"])
    return found
