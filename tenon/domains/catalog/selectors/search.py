"""Which products answer a question, and how well: each database asks its own index, and all of them say the same.

A rank says where all the words stand: 4000 in the name, 3000 in the name or the keywords (SKUs, barcode, tags), 2000
with the category or the attributes, 1000 with the description; minus the words of the name, so that of two the shorter
one comes first. What only resembles the words has a rank of 0 or less.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models.expressions import RawSQL

from tenon.domains.catalog.engines.words import Question, fold, question, word_pattern
from tenon.domains.catalog.models import Category
from tenon.kernel.tenancy import scopes
from tenon.kernel.tenancy.errors import NoScope

MOST = 5000
"""Products that one question is answered with. Of more, the best placed words decide, and then nothing that counts."""
_CATEGORIES = 200  # of one word, with all that are below them
_LEAST_PREFIX = 2  # characters of a word's beginning


@dataclass(frozen=True, slots=True)
class Term:
    """A word that must be found, or a category that it names."""

    word: str
    prefix: bool
    categories: tuple[str, ...]


def found(text: str, *, hidden: bool = False) -> RawSQL:
    """The ids of the products that answer `text`, for `pk__in`; those that are not active only with `hidden`."""
    sql, params = hits(question(text), hidden=hidden)
    return RawSQL(f"SELECT product_id FROM ({sql}) hits", params)  # nosec B608, B611


def hits(asked: Question, *, hidden: bool) -> tuple[str, list[Any]]:
    """SQL of (product_id, score) for the open scope, with its parameters. One query, for the names of categories."""
    if not asked:
        return "SELECT id AS product_id, 0 AS score FROM catalog_searchdocument WHERE 1 = 0", []
    return _BY_VENDOR[connection.vendor](list(_terms(asked)), hidden)


def _terms(asked: Question) -> Iterable[Term]:
    categories = _named_categories(asked)
    for place, word in enumerate(asked.words):
        prefix = asked.prefix and place == len(asked.words) - 1 and len(word) >= _LEAST_PREFIX
        yield Term(word, prefix, categories.get(word, ()))


def _named_categories(asked: Question) -> Mapping[str, tuple[str, ...]]:
    """For each word the categories that have it in their name, and all below them, in hex."""
    rows = list(Category.objects.values_list("name", "path"))
    named: dict[str, list[str]] = {}
    begun = asked.words[-1] if asked.prefix else ""
    for name, path in rows:
        for word in word_pattern().findall(fold(name)):
            if word in asked.words:
                named.setdefault(word, []).append(path)
            if begun and word.startswith(begun) and len(begun) >= _LEAST_PREFIX:
                named.setdefault(begun, []).append(path)
    if not named:
        return {}
    return {word: _below(rows, tuple(paths)) for word, paths in named.items()}


def _below(rows: Sequence[tuple[str, str]], paths: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(path.rstrip("/").rpartition("/")[2] for _name, path in rows if path.startswith(paths))[:_CATEGORIES]


def _postgresql(terms: Sequence[Term], hidden: bool) -> tuple[str, list[Any]]:
    def query(weights: str, *, categories: bool) -> str:
        return " & ".join(f"({' | '.join(each)})" for each in (_lexemes(term, weights, categories) for term in terms))

    named = " & ".join(f"'/n{term.word}'{':*' if term.prefix else ''}" for term in terms)
    params = [
        query("", categories=True),
        named,
        query("AB", categories=False),
        query("ABC", categories=True),
        [term.word for term in terms],
        hidden,
        MOST,
    ]
    return "SELECT product_id, rank AS score FROM catalog_search(%s, %s, %s, %s, %s, %s, %s)", params


def _lexemes(term: Term, weights: str, categories: bool) -> list[str]:
    """Nothing is to be escaped: a word has letters, digits and marks alone."""
    options = f"{'*' if term.prefix else ''}{weights}"
    own = f"'{term.word}'{':' if options else ''}{options}"
    return [own, *(f"'/c{each}'" for each in term.categories if categories)]


def _sqlite(terms: Sequence[Term], hidden: bool) -> tuple[str, list[Any]]:
    def query(columns: str, *, categories: bool) -> str:
        each = (
            " OR ".join(
                [f'"{term.word}"{" *" if term.prefix else ""}', *(f'"zzc{c}"' for c in term.categories if categories)]
            )
            for term in terms
        )
        return f"{{{columns}}} : ({' AND '.join(f'({one})' for one in each)})"

    inside = "d.row IN (SELECT rowid FROM catalog_search_text WHERE catalog_search_text MATCH %s)"
    sql = f"""
        SELECT d.id AS product_id, CASE WHEN {inside} THEN 4000 WHEN {inside} THEN 3000 WHEN {inside} THEN 2000
            ELSE 1000 END - d.name_words AS score
        FROM catalog_searchdocument d WHERE {inside} AND d.organization_id = %s AND (%s OR d.is_active)
        ORDER BY score DESC, d.id DESC LIMIT {MOST}
    """  # nosec B608
    return sql, [
        query("name", categories=False),
        query("name keywords", categories=False),
        query("name keywords details", categories=True),
        query("name keywords details description", categories=True),
        _organization().hex,
        hidden,
    ]


def _mysql(terms: Sequence[Term], hidden: bool) -> tuple[str, list[Any]]:
    def query(fields: str, *, categories: bool) -> str:
        each = (
            " ".join(
                [
                    *(f"z{field}{term.word}{'*' if term.prefix else ''}" for field in fields),
                    *(f"zc{c}" for c in term.categories if categories),
                ]
            )
            for term in terms
        )
        return " ".join(f"+({one})" for one in each)

    inside = "MATCH (d.name, d.keywords, d.details, d.description) AGAINST (%s IN BOOLEAN MODE)"
    sql = f"""
        SELECT d.id AS product_id, CASE WHEN {inside} > 0 THEN 4000 WHEN {inside} > 0 THEN 3000
            WHEN {inside} > 0 THEN 2000 ELSE 1000 END - CAST(d.name_words AS SIGNED) AS score
        FROM catalog_searchdocument d WHERE {inside} AND d.organization_id = %s AND (%s OR d.is_active)
        ORDER BY score DESC, d.id DESC LIMIT {MOST}
    """  # nosec B608
    organization = _organization()
    native = connection.features.has_native_uuid_field
    return sql, [
        query("n", categories=False),
        query("nk", categories=False),
        query("nkt", categories=True),
        f"+zo{organization.hex} {query('nktd', categories=True)}",
        organization if native else organization.hex,
        hidden,
    ]


def _organization() -> UUID:
    """The one of the open scope, never a caller's. Raises NoScope."""
    organization_id = scopes.current_organization_id()
    if organization_id is None:
        raise NoScope("Products are searched in the scope of one organization.")
    return organization_id


_BY_VENDOR: Mapping[str, Callable[[Sequence[Term], bool], tuple[str, list[Any]]]] = {
    "postgresql": _postgresql,
    "sqlite": _sqlite,
    "mysql": _mysql,
}
