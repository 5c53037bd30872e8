"""One page of what a question finds, and what it could be narrowed by."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BigIntegerField, Case, Count, FilteredRelation, Max, Min, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from tenon.domains.catalog.engines.words import Question
from tenon.domains.catalog.models import Product, ProductFacet
from tenon.domains.catalog.selectors.search import hits
from tenon.kernel.http import keyset
from tenon.kernel.http.cursors import Cursor
from tenon.kernel.http.keyset import Order

ORDER = (Order("rank", descending=True), Order("id", descending=True))
MOST_CATEGORIES = 50
MOST_ATTRIBUTES = 20
MOST_VALUES = 20  # of an attribute
_COUNTED = 1000  # values of all attributes together, the commonest
# Steps of prices, in minor units: one, two, five, and so on.
_STEPS = tuple(digit * 10**power for power in range(2, 9) for digit in (1, 2, 5))


@dataclass(frozen=True, slots=True)
class Found:
    """`total`: how many products there are, `search.MOST` at most. `approximate`: they only resemble the words."""

    page: keyset.Page
    total: int
    approximate: bool


def products(asked: Question, narrowed: QuerySet[Product], *, hidden: bool, cursor: Cursor | None, limit: int) -> Found:
    """One page of the products of `narrowed` that answer `asked`, best first: rows of `id` and `rank`.

    In the open organization scope. Two queries: the names of the categories, and the search itself.
    """
    sql, params = _kept(asked, narrowed, hidden=hidden)
    backwards = cursor is not None and cursor.backwards
    beyond, places = _beyond(cursor)
    way = "ASC" if backwards else "DESC"
    statement = f"""
        WITH kept AS ({sql})
        SELECT product_id, score, (SELECT COUNT(*) FROM kept) FROM kept {beyond}
        ORDER BY score {way}, product_id {way} LIMIT {limit + 1:d}
    """  # nosec B608 - every name in it is one of ours
    with connection.cursor() as database:
        database.execute(statement, [*params, *places])
        rows = database.fetchall()
    found = [{"id": Product._meta.pk.to_python(key), "rank": int(score)} for key, score, _ in rows]
    page = keyset.page_of(found, lambda row: (row["rank"], row["id"]), cursor, limit=limit)
    return Found(page, rows[0][2] if rows else 0, bool(found) and found[0]["rank"] <= 0)


def facets(asked: Question, narrowed: QuerySet[Product], *, hidden: bool) -> dict[str, Any]:
    """How many of the products have which category, price and attributes. In the open scope; four queries."""
    sql, params = _kept(asked, narrowed, hidden=hidden)
    kept = RawSQL(f"SELECT product_id FROM ({sql}) kept", params)  # nosec B608, B611
    among = Product.objects.filter(pk__in=kept)
    return {
        "categories": _categories(among),
        "prices": _prices(among),
        "attributes": _attributes(ProductFacet.objects.filter(product_id__in=kept)),
    }


def _categories(among: QuerySet[Product]) -> list[dict[str, Any]]:
    rows = (
        among.filter(category__isnull=False)
        .values("category_id", "category__name", "category__slug")
        .annotate(count=Count("pk"))
        .order_by("-count", "category__name", "category_id")[:MOST_CATEGORIES]
    )
    return [
        {
            "id": row["category_id"],
            "name": row["category__name"],
            "slug": row["category__slug"],
            "count": row["count"],
        }
        for row in rows
    ]


def _prices(among: QuerySet[Product]) -> list[dict[str, Any]]:
    """By currency and step: from `low` up to what is below `high`, None where there is no bound."""
    step = Case(
        *(When(price_amount__lt=bound, then=Value(place)) for place, bound in enumerate(_STEPS)),
        default=Value(len(_STEPS)),
        output_field=BigIntegerField(),
    )
    rows = among.values("currency", step=step).annotate(
        count=Count("pk"), least=Min("price_amount"), greatest=Max("price_amount")
    )
    return [
        {
            "currency": row["currency"],
            "low": _STEPS[row["step"] - 1] if row["step"] else 0,
            "high": _STEPS[row["step"]] if row["step"] < len(_STEPS) else None,
            "least": row["least"],
            "greatest": row["greatest"],
            "count": row["count"],
        }
        for row in rows.order_by("currency", "step")
    ]


def _attributes(among: QuerySet[ProductFacet]) -> list[dict[str, Any]]:
    """The commonest values of each attribute; of tags as well, whose name is empty."""
    rows = among.values("name", "value").annotate(count=Count("pk")).order_by("-count", "name", "value")
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows[:_COUNTED]:
        values = found.setdefault(row["name"], [])
        if len(values) < MOST_VALUES:
            values.append({"value": row["value"], "count": row["count"]})
    return [{"name": name, "values": values} for name, values in list(found.items())[:MOST_ATTRIBUTES]]


def cards(ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """What is shown of these products, by id. In the open scope; one query."""
    rows = (
        Product.objects.filter(pk__in=ids)
        .annotate(picture=FilteredRelation("images", condition=Q(images__is_primary=True)))
        .values(
            "id",
            "name",
            "slug",
            "description",
            "sku",
            "price_amount",
            "compare_price_amount",
            "currency",
            "is_featured",
            "rating_count",
            "rating_sum",
            "category_id",
            "category__name",
            "category__slug",
            "picture__file_id",
            "picture__alt",
        )
    )
    return {row["id"]: dict(row) for row in rows}


def _beyond(cursor: Cursor | None) -> tuple[str, list[Any]]:
    """The rows after the cursor's. There are few, and no index: the plain form will do."""
    if cursor is None:
        return "", []
    rank, product_id = cursor.values
    key = Product._meta.pk.get_db_prep_value(product_id, connection)
    after = ">" if cursor.backwards else "<"
    last = f"{after}=" if cursor.inclusive else after
    return f"WHERE score {after} %s OR (score = %s AND product_id {last} %s)", [rank, rank, key]


def _kept(asked: Question, narrowed: QuerySet[Product], *, hidden: bool) -> tuple[str, list[Any]]:
    sql, params = hits(asked, hidden=hidden)
    inner, inner_params = narrowed.order_by().values("pk").query.get_compiler(using=narrowed.db).as_sql()
    return (
        f"SELECT product_id, score FROM ({sql}) found WHERE product_id IN ({inner})",  # nosec B608
        [*params, *inner_params],
    )
