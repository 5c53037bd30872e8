"""Reading categories."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, QuerySet

from tenon.domains.catalog.models import Category
from tenon.domains.catalog.models.categories import STEP
from tenon.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class CategoryFacts:
    """What is known of a category; see the model."""

    id: UUID
    name: str
    slug: str
    description: str
    parent_id: UUID | None
    path: str
    sort_order: int
    is_active: bool
    meta_title: str
    meta_description: str
    created_at: datetime
    updated_at: datetime
    version: int

    @property
    def depth(self) -> int:
        """0 for a root."""
        return len(self.path) // STEP - 1

    @property
    def ancestor_ids(self) -> list[UUID]:
        """From the root down, without itself."""
        return [UUID(each) for each in self.path.split("/")[:-2]]


COLUMNS = [field.name for field in fields(CategoryFacts)]


# Paths are of hexadecimal digits and slashes, so that nothing in them has a meaning to LIKE.
_OUTER = ExpressionWrapper(OuterRef("path"), output_field=CharField())
_HIDDEN_ABOVE = Category.objects.filter(is_active=False).alias(below=_OUTER).filter(below__startswith=F("path"))


def category_facts_of(category: Category) -> CategoryFacts:
    """The facts of a category that is loaded already."""
    return CategoryFacts(**{name: getattr(category, name) for name in COLUMNS})


def categories(*, hidden: bool) -> QuerySet[Category, Any]:
    """The categories of the scope's organization, as values; `hidden`: those that shoppers do not see too.

    A category below one that is hidden is hidden with it.
    """
    rows: QuerySet[Category, Any] = Category.objects.values(*COLUMNS)
    return rows if hidden else rows.filter(is_active=True).exclude(Exists(_HIDDEN_ABOVE))


def category_facts(category_id: UUID, *, hidden: bool) -> CategoryFacts:
    """One category, in the scope. Raises NotFound."""
    row = categories(hidden=hidden).filter(pk=category_id).first()
    if row is None:
        raise NotFound
    return CategoryFacts(**row)


def category_tree(*, hidden: bool) -> list[dict[str, Any]]:
    """All categories in the scope, each with its `children`, siblings in their order. One query.

    What is below a hidden category is left out with it.
    """
    rows = Category.objects.order_by("sort_order", "name", "id").values(*COLUMNS)
    nodes = {row["id"]: {**row, "children": []} for row in rows if hidden or row["is_active"]}
    roots: list[dict[str, Any]] = []
    for node in nodes.values():
        above = node["parent_id"]
        if above is None:
            roots.append(node)
        elif above in nodes:
            nodes[above]["children"].append(node)
    return roots
