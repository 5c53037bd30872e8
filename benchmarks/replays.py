"""Raw views: they run the statements that another view of ours has run, and write their rows out. The floor."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request

from tenon.domains.catalog.api.views.doors import ShopView
from tenon.domains.catalog.api.views.products import ProductsView, ProductView
from tenon.domains.catalog.api.views.search import ProductSearchView
from tenon.kernel.http.renderers import dumps
from tenon.kernel.http.views import Endpoint
from tenon.kernel.tenancy.scopes import organization_scope

Statements = Sequence[tuple[str, Any]]
_SCOPES = "SELECT set_config("


def recorded(work: Callable[[], object]) -> Statements:
    """The statements that `work` runs, but for those of its scopes. It is called once before, to build what is kept."""
    work()
    found: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(_SCOPES):
            found.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        work()
    return found


def replayed(statements: Statements, organization_id: UUID) -> HttpResponse:
    """Their rows, in a scope, as JSON."""
    data = []
    with organization_scope(organization_id, read_only=True), connection.cursor() as cursor:
        for sql, params in statements:
            cursor.execute(sql, params)
            names = [column[0] for column in cursor.description]
            data.append([dict(zip(names, row, strict=True)) for row in cursor.fetchall()])
    return HttpResponse(dumps({"data": data}), content_type="application/json")


class Raw(ShopView):
    """A route of the shop with everything around it, whose own work is a replay of `of`."""

    of: type[Endpoint]

    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        key = (type(self), request.get_full_path())
        if key not in _KNOWN:
            view: Any = self.of()
            view.__dict__.update(self.__dict__)
            _KNOWN[key] = recorded(lambda: view.get(request, **kwargs))
        return replayed(_KNOWN[key], self.organization_id)


class RawProductsView(Raw):
    of = ProductsView


class RawProductView(Raw):
    of = ProductView


class RawSearchView(Raw):
    of = ProductSearchView
    throttles = ("search",)


_KNOWN: dict[tuple[type[Raw], str], Statements] = {}


def plain(statements: Statements, organization_id: UUID) -> Callable[[HttpRequest], HttpResponse]:
    """The same as a view of Django's, without REST framework around it."""
    return lambda request: replayed(statements, organization_id)
