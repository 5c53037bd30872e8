"""Categories: anybody reads those that are shown, staff read and write all."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.domains.catalog import policies, selectors, services
from tenon.domains.catalog.api import examples, showing
from tenon.domains.catalog.api.older import OLDER_PARAMETERS
from tenon.domains.catalog.api.products import PAGE, ProductSerializer, is_live, represent
from tenon.domains.catalog.api.serializers.categories import (
    CategoriesSerializer,
    CategoryChangeSerializer,
    CategoryNumbersSerializer,
    CategorySerializer,
    CategoryTreeSerializer,
    NewCategorySerializer,
)
from tenon.domains.catalog.api.views.doors import Sharing, ShopView
from tenon.domains.catalog.errors import CategoryInUse, CategoryLoop, CategoryTooDeep, SlugTaken
from tenon.domains.catalog.selectors import CategoryFacts
from tenon.kernel import clock
from tenon.kernel.errors import PreconditionFailed
from tenon.kernel.http import conditional, filters
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.pagination import KeysetPage
from tenon.kernel.http.views import Endpoint
from tenon.kernel.idempotency.rules import Idempotency
from tenon.kernel.tenancy.scopes import organization_scope

_CHANGES = (SlugTaken, CategoryLoop, CategoryTooDeep, PreconditionFailed)


class CategoriesView(ShopView):
    """Categories of a shop."""

    permissions = {"POST": policies.MANAGE}
    idempotency = {"POST": Idempotency()}
    raises = {"POST": (SlugTaken, CategoryTooDeep)}
    page = KeysetPage(
        sort_fields={"created_at": "created_at", "name": "name", "sort_order": "sort_order"},
        default_sort="sort_order,name",
        filters={
            "active": filters.boolean("is_active"),
            "name": filters.text("name"),
            "parent": filters.identifier("parent_id"),
            "slug": filters.word("slug"),
        },
        numbered=True,
    )

    @extend_schema(responses={200: CategorySerializer(many=True)}, examples=shown(answers={200: examples.CATEGORY}))
    def get(self, request: Request) -> Response:
        """List the categories.

        `parent_id` and `ancestor_ids` say where each stands; `tree/` gives them nested.
        """
        with organization_scope(self.organization_id, read_only=True):
            sharing = Sharing(self, request)
            version = sharing.version()
            rows = selectors.categories(hidden=self.is_staff)
            return sharing.answer(self.page.paginate(request, rows, represent=_listed), version)

    @extend_schema(
        request=NewCategorySerializer,
        responses={201: CategorySerializer},
        examples=shown(requests={"Below another": examples.NEW_CATEGORY}, answers={201: examples.CATEGORY}),
    )
    def post(self, request: Request) -> Response:
        """Make a category."""
        made = services.create_category(principal=self.principal, values=self.parse(NewCategorySerializer))
        headers = {"Location": reverse("catalog:category", args=[made.id]), "ETag": _etag(made)}
        return Response(showing.category(made), status=status.HTTP_201_CREATED, headers=headers)


class CategoryView(ShopView):
    """One category."""

    permissions = {"PUT": policies.MANAGE, "PATCH": policies.MANAGE, "DELETE": policies.MANAGE}
    raises = {"PUT": _CHANGES, "PATCH": _CHANGES, "DELETE": (CategoryInUse, PreconditionFailed)}

    @extend_schema(responses={200: CategorySerializer}, examples=shown(answers={200: examples.CATEGORY}))
    def get(self, request: Request, category_id: UUID) -> Response:
        """Read a category.

        The ETag goes into the If-Match of a change.
        """
        with organization_scope(self.organization_id, read_only=True):
            found = selectors.category_facts(category_id, hidden=self.is_staff)
        conditional.check(request, _etag(found))
        return Response(showing.category(found), headers={"ETag": _etag(found)})

    @extend_schema(
        request=NewCategorySerializer,
        responses={200: CategorySerializer},
        examples=shown(requests={"Another name": {"name": "Cups"}}, answers={200: examples.CATEGORY}),
    )
    def put(self, request: Request, category_id: UUID) -> Response:
        """Put a category.

        What may be left out keeps its value.
        """
        return self._change(request, category_id, self.parse(NewCategorySerializer))

    @extend_schema(
        request=CategoryChangeSerializer,
        responses={200: CategorySerializer},
        examples=shown(requests={"Moved": {"parent_id": examples.PARENT_ID}}, answers={200: examples.CATEGORY}),
    )
    def patch(self, request: Request, category_id: UUID) -> Response:
        """Change a category.

        Another `parent_id` moves it with all that is below it.
        """
        return self._change(request, category_id, self.parse(CategoryChangeSerializer))

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, category_id: UUID) -> Response:
        """Delete a category.

        One that has products, or categories below it, stays.
        """
        services.delete_category(
            principal=self.principal,
            category_id=category_id,
            precondition=lambda version: conditional.check(request, _tag(category_id, version)),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _change(self, request: Request, category_id: UUID, changes: dict[str, Any]) -> Response:
        changed = services.update_category(
            principal=self.principal,
            category_id=category_id,
            changes=changes,
            precondition=lambda version: conditional.check(request, _tag(category_id, version)),
        )
        return Response(showing.category(changed), headers={"ETag": _etag(changed)})


class CategoryTreeView(ShopView):
    """The categories as a tree."""

    @extend_schema(responses={200: CategoryTreeSerializer}, examples=shown(answers={200: examples.TREE}))
    def get(self, request: Request) -> Response:
        """Read the tree of categories."""
        with organization_scope(self.organization_id, read_only=True):
            sharing = Sharing(self, request)
            version = sharing.version()
            tree = selectors.category_tree(hidden=self.is_staff)
        return sharing.answer({"data": [showing.node(each) for each in tree]}, version)


class _SiblingsView(ShopView):
    """Categories that stand beside each other."""

    def siblings(self, request: Request, parent_id: UUID | None) -> Response:
        """The categories below one; the roots, below none. Raises NotFound."""
        with organization_scope(self.organization_id, read_only=True):
            sharing = Sharing(self, request)
            version = sharing.version()
            if parent_id is not None:
                selectors.category_facts(parent_id, hidden=self.is_staff)
            rows = selectors.categories(hidden=self.is_staff).filter(parent=parent_id)
            body = {"data": [_listed(row) for row in rows.order_by("sort_order", "name", "id")]}
        return sharing.answer(body, version)


class CategoryRootsView(_SiblingsView):
    """Categories below no other."""

    @extend_schema(responses={200: CategoriesSerializer}, examples=shown(answers={200: {"data": [examples.CATEGORY]}}))
    def get(self, request: Request) -> Response:
        """List the categories that are below no other."""
        return self.siblings(request, None)


class CategoryChildrenView(_SiblingsView):
    """Categories below one."""

    @extend_schema(responses={200: CategoriesSerializer}, examples=shown(answers={200: {"data": [examples.CATEGORY]}}))
    def get(self, request: Request, category_id: UUID) -> Response:
        """List the categories right below one."""
        return self.siblings(request, category_id)


class CategoryProductsView(ShopView):
    """Products of a category."""

    page = PAGE

    @extend_schema(
        parameters=OLDER_PARAMETERS,
        responses={200: ProductSerializer(many=True)},
        examples=shown(answers={200: examples.PRODUCT}),
    )
    def get(self, request: Request, category_id: UUID) -> Response:
        """List the products of a category and of all below it."""
        with organization_scope(self.organization_id, read_only=True):
            sharing = Sharing(self, request, live=is_live(request))
            version = sharing.version()
            category = selectors.category_facts(category_id, hidden=self.is_staff)
            rows = selectors.products(staff=self.is_staff).filter(selectors.within(category.slug))
            return sharing.answer(PAGE.paginate(request, rows, represent=represent), version)


class CategoryNumbersView(Endpoint):
    """Numbers of the categories."""

    audience = Audience.MEMBER
    permissions = {"GET": policies.READ}

    @extend_schema(responses={200: CategoryNumbersSerializer}, examples=shown(answers={200: examples.CATEGORY_NUMBERS}))
    def get(self, request: Request) -> Response:
        """Count the categories."""
        with organization_scope(self.organization_id, read_only=True):
            return Response({**selectors.category_numbers(), "timestamp": clock.now()})


def _listed(row: dict[str, Any]) -> dict[str, Any]:
    return showing.category(CategoryFacts(**row))


def _etag(facts: CategoryFacts) -> str:
    return _tag(facts.id, facts.version)


def _tag(category_id: UUID, version: int) -> str:
    return conditional.etag("category", category_id, version)
