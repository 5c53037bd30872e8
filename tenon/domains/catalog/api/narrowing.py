"""The filters by which both the list of products and the search are narrowed, and what each asks of a product."""

from django.db.models import Q

from tenon.domains.catalog import selectors
from tenon.kernel.http import filters
from tenon.kernel.http.filters import Condition, Filter

_WORD = filters.word("").read
_SCHEMA = {"type": "string", "maxLength": filters.MAX_LENGTH}


def _attribute(value: str) -> tuple[str, str]:
    name, colon, wanted = value.partition(":")
    if not (name and colon and wanted) or len(value) > filters.MAX_LENGTH:
        raise ValueError
    return name, wanted


CATEGORY_TREE = Filter("category_tree", ("eq",), _WORD, _SCHEMA)
TAG = Filter("tag", ("eq", "in"), _WORD, _SCHEMA)
ATTRIBUTE = Filter("attribute", ("eq", "in"), _attribute, {**_SCHEMA, "pattern": "^[^:]+:.+$"})
COMPARED = frozenset({"category_tree__exact", "tag__exact", "tag__in", "attribute__exact"})
"""The lookups whose conditions are of one form whatever the values. Of some attributes at once, the names decide."""


def clause(condition: Condition) -> Q | None:
    """What one of these filters asks of a product; None for any other."""
    column, _, lookup = condition.lookup.partition("__")
    values = condition.value if lookup == "in" else [condition.value]
    match column:
        case CATEGORY_TREE.column:
            return selectors.within(condition.value)
        case TAG.column:
            return selectors.with_facet("", values)
        case ATTRIBUTE.column:
            return selectors.with_attributes(values)
    return None
