"""The documents of the search on SQLite: an FTS5 table over the texts, and triggers that keep both.

FTS5 takes away case and accents by itself. Part of the migrations that name it, and not changed after a release.
"""

from collections.abc import Iterator
from typing import Any

from tenon.domains.catalog.engines.words import LETTERS

_TEXTS = ("name", "keywords", "details", "description")
_DESCRIPTION = 50_000


def install(schema_editor: Any) -> Iterator[str]:
    yield "CREATE UNIQUE INDEX catalog_search_row ON catalog_searchdocument (row)"
    yield (
        f"CREATE VIRTUAL TABLE catalog_search_text USING fts5({', '.join(_TEXTS)}, "
        "content='catalog_searchdocument', content_rowid='row', tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
    )
    yield from _of_documents()
    yield from triggers()


def triggers() -> Iterator[str]:
    """Those on products and variants: SQLite drops them with a table that a later migration makes anew."""
    yield from _triggers("catalog_product", "id", _PRODUCT_COLUMNS)
    yield from _triggers("catalog_productvariant", "product_id", _VARIANT_COLUMNS)


def remove(schema_editor: Any) -> Iterator[str]:
    for table in ("catalog_product", "catalog_productvariant", "catalog_searchdocument"):
        for event in ("added", "changed", "removed"):
            yield f"DROP TRIGGER IF EXISTS {table}_search_{event}"
    yield "DROP TABLE catalog_search_text"
    yield "DROP INDEX catalog_search_row"


def _of_documents() -> Iterator[str]:
    columns = ", ".join(("rowid", *_TEXTS))
    new = ", ".join(f"NEW.{name}" for name in ("row", *_TEXTS))
    old = ", ".join(f"OLD.{name}" for name in ("row", *_TEXTS))
    insert = f"INSERT INTO catalog_search_text({columns}) VALUES ({new});"  # nosec B608
    delete = f"INSERT INTO catalog_search_text(catalog_search_text, {columns}) VALUES ('delete', {old});"  # nosec B608
    for event, verb, body in (
        ("added", "INSERT", insert),
        ("changed", "UPDATE", delete + insert),
        ("removed", "DELETE", delete),
    ):
        yield (
            f"CREATE TRIGGER catalog_searchdocument_search_{event} AFTER {verb} ON catalog_searchdocument "
            f"BEGIN {body} END"
        )


def _plain(text: str) -> str:
    """Letters that FTS5 does not take apart."""
    for letter, plain in LETTERS.items():
        for form in dict.fromkeys((letter, letter.upper() if len(letter.upper()) == 1 else "ẞ")):
            # Dotless i has an upper case that is our I, and the last sigma one that is any sigma's.
            if form.isascii() or form == "Σ":
                continue
            text = f"replace({text}, '{form}', '{plain}')"
    return text


def _values(json: str) -> str:
    return f"(SELECT group_concat(j.atom, ' ') FROM json_tree({json}) j WHERE j.atom IS NOT NULL)"  # nosec B608


def _joined(*parts: str) -> str:
    return " || ' ' || ".join(f"coalesce({part}, '')" for part in parts)


def _of_variants(expression: str) -> str:
    return (
        f"(SELECT group_concat({expression}, ' ') FROM catalog_productvariant v "
        "WHERE v.product_id = p.id AND v.is_active)"  # nosec B608
    )


def _refresh(ids: str) -> str:
    """What writes the documents of these products."""
    keywords = _joined(
        "p.sku",
        "replace(p.sku, '-', '')",
        "p.barcode",
        _values("p.tags"),
        _of_variants("v.sku || ' ' || replace(v.sku, '-', '')"),
    )
    details = _joined(
        _of_variants(_joined("v.name", _values("v.attributes"))), _values("p.attributes"), "'zzc' || p.category_id"
    )
    spaces = "length(trim(p.name)) - length(replace(trim(p.name), ' ', ''))"
    return f"""
        INSERT INTO catalog_searchdocument (
            id, organization_id, created_at, updated_at, version, is_active,
            name, name_words, keywords, details, description, row
        )
        SELECT p.id, p.organization_id, p.created_at, p.updated_at, 1, p.is_active, {_plain("p.name")},
            min({spaces} + 1, 900), {_plain(keywords)}, {_plain(details)},
            {_plain(f"substr(p.description, 1, {_DESCRIPTION})")},
            coalesce(
                (SELECT d.row FROM catalog_searchdocument d WHERE d.id = p.id),
                (SELECT coalesce(max(d.row), 0) + 1 FROM catalog_searchdocument d)
            )
        FROM catalog_product p WHERE p.id IN ({ids})
        ON CONFLICT (id) DO UPDATE SET
            is_active = excluded.is_active, name = excluded.name, name_words = excluded.name_words,
            keywords = excluded.keywords, details = excluded.details, description = excluded.description,
            updated_at = excluded.updated_at, version = version + 1;
    """  # nosec B608 - every name in it is one of ours


_PRODUCT_COLUMNS = ("name", "sku", "barcode", "tags", "attributes", "description", "category_id", "is_active")
_VARIANT_COLUMNS = ("name", "sku", "attributes", "is_active", "product_id")


def _triggers(table: str, key: str, columns: tuple[str, ...]) -> Iterator[str]:
    changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns)
    after = f"CREATE TRIGGER {table}_search_"
    forget = "DELETE FROM catalog_searchdocument WHERE id = OLD.id;"
    yield f"{after}added AFTER INSERT ON {table} BEGIN {_refresh(f'NEW.{key}')} END"
    both = f"OLD.{key}, NEW.{key}"
    yield f"{after}changed AFTER UPDATE ON {table} WHEN {changed} BEGIN {_refresh(both)} END"
    last = forget if key == "id" else _refresh(f"OLD.{key}")
    yield f"{after}removed AFTER DELETE ON {table} BEGIN {last} END"
