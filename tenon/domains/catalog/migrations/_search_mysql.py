"""The documents of the search on MariaDB and MySQL: one index for full text over the texts, and triggers that keep it.

InnoDB leaves out words of one or two letters and a list of English ones, and knows one weight: so each word is written
behind two letters that say where it stands, `zn` in the name, `zk` among the keywords, `zt` in the details, `zd` in the
description. Case and accents are the collation's. The index knows what is committed, and no more.

Part of the migrations that name it, and not changed after a release.
"""

from collections.abc import Iterator
from typing import Any

from tenon.domains.catalog.engines.words import LETTERS

_TEXTS = {"name": "varchar(2000)", "keywords": "longtext", "details": "longtext", "description": "longtext"}
_DESCRIPTION = 50_000


def install(schema_editor: Any) -> Iterator[str]:
    collated = ", ".join(
        f"MODIFY {name} {kind} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci NOT NULL"
        for name, kind in _TEXTS.items()
    )
    yield f"ALTER TABLE catalog_searchdocument {collated}"
    yield f"CREATE FULLTEXT INDEX catalog_search_text ON catalog_searchdocument ({', '.join(_TEXTS)})"
    yield from _triggers("catalog_product", "id", _PRODUCT_COLUMNS)
    yield from _triggers("catalog_productvariant", "product_id", _VARIANT_COLUMNS)


def remove(schema_editor: Any) -> Iterator[str]:
    for table in ("catalog_product", "catalog_productvariant"):
        for event in ("added", "changed", "removed"):
            yield f"DROP TRIGGER {table}_search_{event}"
    yield "DROP INDEX catalog_search_text ON catalog_searchdocument"


def _marked(text: str, mark: str) -> str:
    """Each word of `text` behind its mark."""
    for letter, plain in LETTERS.items():
        for form in dict.fromkeys((letter, letter.upper() if len(letter.upper()) == 1 else "ẞ")):
            if form.isascii() or form == "Σ":
                continue
            text = f"REPLACE({text}, '{form}', '{plain}')"
    return f"REGEXP_REPLACE(CONCAT(' ', {text}), '[^\\\\p{{L}}\\\\p{{N}}\\\\p{{M}}]+', ' {mark}')"


def _values(json: str) -> str:
    """The texts in it: of an array, or of an object whose members are texts or arrays of them."""
    return (
        f"(SELECT GROUP_CONCAT(CONCAT_WS(' ', j.one, j.some) SEPARATOR ' ') FROM JSON_TABLE({json}, '$.*' COLUMNS ("
        "one varchar(500) PATH '$' NULL ON ERROR, NESTED PATH '$[*]' COLUMNS (some varchar(500) PATH '$'))) j)"  # nosec B608
    )


def _tags(json: str) -> str:
    return (
        f"(SELECT GROUP_CONCAT(j.one SEPARATOR ' ') FROM JSON_TABLE({json}, '$[*]' "
        "COLUMNS (one varchar(500) PATH '$')) j)"  # nosec B608
    )


def _of_variants(expression: str, locking: str) -> str:
    return (
        f"(SELECT GROUP_CONCAT({expression} SEPARATOR ' ') FROM catalog_productvariant v "
        f"WHERE v.product_id = p.id AND v.is_active{locking})"  # nosec B608
    )


def _refresh(product: str, *, by_product: bool) -> str:
    """What writes the document of this product.

    A locking read sees what others have committed meanwhile; the table that the trigger stands on takes none.
    """
    of_products, of_variants = ("", " LOCK IN SHARE MODE") if by_product else (" FOR UPDATE", "")
    keywords = (
        f"CONCAT_WS(' ', p.sku, REPLACE(p.sku, '-', ''), p.barcode, {_tags('p.tags')}, "
        f"{_of_variants(_SKUS, of_variants)})"
    )
    of_variant = _of_variants(f"CONCAT_WS(' ', v.name, {_values('v.attributes')})", of_variants)
    details = f"CONCAT_WS(' ', {_values('p.attributes')}, {of_variant})"
    organization = "REPLACE(p.organization_id, '-', '')"
    category = "COALESCE(CONCAT(' zc', REPLACE(p.category_id, '-', '')), '')"
    marks = f"CONCAT(' zo', {organization}, {category})"
    spaces = "CHAR_LENGTH(TRIM(p.name)) - CHAR_LENGTH(REPLACE(TRIM(p.name), ' ', ''))"
    described = f"SUBSTRING(p.description, 1, {_DESCRIPTION})"
    return f"""
        INSERT INTO catalog_searchdocument (
            id, organization_id, created_at, updated_at, version, is_active,
            name, name_words, keywords, details, description
        )
        SELECT p.id, p.organization_id, p.created_at, p.updated_at, 1, p.is_active, {_marked("p.name", "zn")},
            LEAST({spaces} + 1, 900), CONCAT({_marked(keywords, "zk")}, {marks}),
            {_marked(details, "zt")}, {_marked(described, "zd")}
        FROM catalog_product p WHERE p.id = {product}{of_products}
        ON DUPLICATE KEY UPDATE
            is_active = VALUES(is_active), name = VALUES(name), name_words = VALUES(name_words),
            keywords = VALUES(keywords), details = VALUES(details), description = VALUES(description),
            updated_at = VALUES(updated_at), version = catalog_searchdocument.version + 1;
    """  # nosec B608 - every name in it is one of ours


_SKUS = "CONCAT_WS(' ', v.sku, REPLACE(v.sku, '-', ''))"
_PRODUCT_COLUMNS = ("name", "sku", "barcode", "tags", "attributes", "description", "category_id", "is_active")
_VARIANT_COLUMNS = ("name", "sku", "attributes", "is_active", "product_id")


def _triggers(table: str, key: str, columns: tuple[str, ...]) -> Iterator[str]:
    changed = " OR ".join(f"NOT OLD.{column} <=> NEW.{column}" for column in columns)
    named = f"CREATE TRIGGER {table}_search_"
    by_product = key == "id"

    def refresh(row: str) -> str:
        return _refresh(f"{row}.{key}", by_product=by_product)

    yield f"{named}added AFTER INSERT ON {table} FOR EACH ROW BEGIN {refresh('NEW')} END"
    moved = "" if by_product else f"IF OLD.{key} <> NEW.{key} THEN {refresh('OLD')} END IF;"
    yield (
        f"{named}changed AFTER UPDATE ON {table} FOR EACH ROW "
        f"BEGIN IF {changed} THEN {refresh('NEW')} {moved} END IF; END"
    )
    last = "DELETE FROM catalog_searchdocument WHERE id = OLD.id;" if by_product else refresh("OLD")
    yield f"{named}removed AFTER DELETE ON {table} FOR EACH ROW BEGIN {last} END"
