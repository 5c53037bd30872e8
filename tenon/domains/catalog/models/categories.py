"""Categories, as a tree."""

from django.db import models

from tenon.kernel.fields import ExactCharField
from tenon.kernel.tenancy.models import OwnedModel

NAME_LENGTH = 200
SLUG_LENGTH = 120
META_TITLE_LENGTH = 200
META_DESCRIPTION_LENGTH = 500

MAX_DEPTH = 10
STEP = 33  # characters of a path for each level: a UUID in hex, and a slash


class Category(OwnedModel):
    """A place in the tree. `path` is the ids from the root down to itself, in hex, each with a slash behind it.

    So whoever is below a category has a path that begins with the category's, on every database, and a question about
    a whole branch is one comparison (`docs/decisions/0015-category-tree.md`).
    """

    name = models.CharField(max_length=NAME_LENGTH)
    slug = ExactCharField(max_length=SLUG_LENGTH)
    description = models.TextField(blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    path = ExactCharField(max_length=STEP * MAX_DEPTH, editable=False)
    sort_order = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)
    meta_title = models.CharField(max_length=META_TITLE_LENGTH, blank=True)
    meta_description = models.CharField(max_length=META_DESCRIPTION_LENGTH, blank=True)

    class Meta(OwnedModel.Meta):
        constraints = [
            # One category for a slug; the filters category_slug and category_tree.
            models.UniqueConstraint(fields=["organization", "slug"], name="catalog_category_by_slug"),
        ]
        indexes = [
            # selectors.categories: the whole tree, siblings in their order.
            models.Index(fields=["organization", "sort_order", "name", "id"], name="catalog_category_list"),
            # selectors.categories, in the order of making.
            models.Index(fields=["organization", "created_at", "id"], name="catalog_category_made"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def depth(self) -> int:
        """0 for a root."""
        return len(self.path) // STEP - 1

    def path_below(self, parent: "Category | None") -> str:
        """Its path, were it a child of `parent`."""
        return f"{parent.path if parent else ''}{self.id.hex}/"
