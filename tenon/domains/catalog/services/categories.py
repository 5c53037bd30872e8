"""Categories: made, changed, moved with all that is below them, and deleted."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import F, Max, Value
from django.db.models.functions import Concat, Length, Substr
from django.utils.translation import gettext as _

from tenon.domains.catalog import policies
from tenon.domains.catalog.errors import CategoryInUse, CategoryLoop, CategoryTooDeep
from tenon.domains.catalog.events import CategoryCreated, CategoryDeleted, CategoryEvent, CategoryUpdated
from tenon.domains.catalog.models import Category, Product
from tenon.domains.catalog.models.categories import MAX_DEPTH, SLUG_LENGTH, STEP
from tenon.domains.catalog.selectors import CategoryFacts, category_facts_of
from tenon.domains.catalog.services.editing import Precondition, anything, changed, slug_for, store
from tenon.domains.catalog.services.versions import raise_version
from tenon.kernel.errors import FieldError, Invalid, NotFound
from tenon.kernel.ids import new_id
from tenon.kernel.outbox.publishing import publish
from tenon.kernel.principal import Principal
from tenon.platform.organizations.policies import may, require
from tenon.platform.organizations.services.turns import turn


def create_category(*, principal: Principal, values: Mapping[str, Any]) -> CategoryFacts:
    """Make a category; `parent_id` None is a root, and a slug is made of the name unless given.

    Raises Forbidden, Invalid for an unknown parent, SlugTaken, CategoryTooDeep.
    """
    with turn(principal) as (organization, present):
        require(may(present, policies.MANAGE))
        fields = dict(values)
        parent = _parent(fields.pop("parent_id", None))
        category = Category(id=new_id(), parent=parent, **fields)
        category.slug = category.slug or slug_for(category.name, longest=SLUG_LENGTH)
        category.path = category.path_below(parent)
        _require_room(len(category.path))
        store(category, force_insert=True)
        _tell(CategoryCreated(organization.id, principal.id, category.id, category.slug))
        raise_version()
        return category_facts_of(category)


def update_category(
    *, principal: Principal, category_id: UUID, changes: Mapping[str, Any], precondition: Precondition = anything
) -> CategoryFacts:
    """Give fields of a category other values; another `parent_id` moves it with all that is below it.

    Raises Forbidden, NotFound, Invalid for an unknown parent, SlugTaken, CategoryLoop, CategoryTooDeep and what
    `precondition` raises.
    """
    with turn(principal) as (organization, present):
        require(may(present, policies.MANAGE))
        category = _find(category_id)
        precondition(category.version)
        wanted = dict(changes)
        if "parent_id" in wanted:
            wanted["parent"] = _parent(wanted.pop("parent_id"))
        was = category.path
        fields = changed(category, wanted)
        if not fields:
            return category_facts_of(category)
        if "parent" in fields:
            _move(category, was)
        store(category, update_fields=[*fields, "path"])
        _tell(CategoryUpdated(organization.id, principal.id, category.id, tuple(fields)))
        raise_version()
        return category_facts_of(category)


def delete_category(*, principal: Principal, category_id: UUID, precondition: Precondition = anything) -> None:
    """Delete a category that holds nothing. Raises Forbidden, NotFound, CategoryInUse, what `precondition` raises."""
    with turn(principal) as (organization, present):
        require(may(present, policies.MANAGE))
        category = _find(category_id)
        precondition(category.version)
        if Category.objects.filter(parent=category).exists() or Product.objects.filter(category=category).exists():
            raise CategoryInUse
        _tell(CategoryDeleted(organization.id, principal.id, category.id, category.slug))
        category.delete()
        raise_version()


def _move(category: Category, was: str) -> None:
    """Give the category and all below it their new paths, of which the database rewrites the beginning."""
    if category.parent is not None and category.parent.path.startswith(was):
        raise CategoryLoop(errors=[FieldError("/parent_id", CategoryLoop.code, CategoryLoop.message)])
    category.path = category.path_below(category.parent)
    below = Category.objects.filter(path__startswith=was).exclude(pk=category.pk)
    longest = below.aggregate(longest=Max(Length("path")))["longest"] or len(was)
    _require_room(longest - len(was) + len(category.path))
    below.update(path=Concat(Value(category.path), Substr(F("path"), len(was) + 1)))


def _require_room(length: int) -> None:
    if length > STEP * MAX_DEPTH:
        raise CategoryTooDeep(errors=[FieldError("/parent_id", CategoryTooDeep.code, CategoryTooDeep.message)])


def _find(category_id: UUID) -> Category:
    category = Category.objects.select_related("parent").filter(pk=category_id).first()
    if category is None:
        raise NotFound
    return category


def _parent(parent_id: UUID | None) -> Category | None:
    if parent_id is None:
        return None
    parent = Category.objects.filter(pk=parent_id).first()
    if parent is None:
        raise Invalid(errors=[FieldError("/parent_id", "not_found", _("This is not known here."))])
    return parent


def _tell(event: CategoryEvent) -> None:
    publish(event, aggregate=f"category:{event.category_id}")
