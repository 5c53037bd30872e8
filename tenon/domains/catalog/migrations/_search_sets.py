"""The documents of the search on PostgreSQL, written for all their products in one set.

The variants of many products are read once, and joined by a hash: the function says so itself, because the planner does
not know better while nothing is known of the tables, as in a catalog that is being filled or a restored database. There
each product's variants were looked for among all variants of the organization.

Part of the migration that names it, and not changed after a release.
"""

from typing import Any

_SETTINGS = """
    SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan SET enable_nestloop = off
"""
_DESCRIPTION = 50_000  # as in _search_postgresql


def install(apps: Any, schema_editor: Any) -> None:
    """Put the function and the trigger in the place of those before them."""
    _run(schema_editor, _REFRESH, _GONE, _FORGET, _WHEN_GONE)


def remove(apps: Any, schema_editor: Any) -> None:
    """The trigger before; the function before writes the same documents, and needs no way back."""
    _run(schema_editor, _FORGET, _BEFORE, "DROP FUNCTION catalog_search_variants_gone()")


def _run(schema_editor: Any, *statements: str) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for statement in statements:
            schema_editor.execute(statement, params=None)


# The rows are locked before anything is read: of two changes to one product the later one reads what the other wrote.
_REFRESH = f"""
    CREATE OR REPLACE FUNCTION catalog_search_refresh(ids uuid[]) RETURNS void LANGUAGE plpgsql {_SETTINGS} AS $$
    BEGIN
        PERFORM FROM catalog_searchdocument d WHERE d.id = ANY (ids) ORDER BY d.id FOR UPDATE;
        INSERT INTO catalog_searchdocument AS d (
            id, organization_id, created_at, updated_at, version, is_active,
            name, name_words, keywords, details, description, words
        )
        SELECT
            p.id, p.organization_id, now(), now(), 1, p.is_active,
            f.name, least(cardinality(string_to_array(f.name, ' ')), 900), '', '', '',
            setweight(to_tsvector('simple', f.name), 'A')
            || setweight(to_tsvector('simple', catalog_words(concat_ws(' ',
                p.sku, replace(p.sku, '-', ''), p.barcode, v.skus,
                (SELECT string_agg(t #>> '{{}}', ' ') FROM jsonb_path_query(p.tags, 'lax $[*]') t)
            ))), 'B')
            || setweight(to_tsvector('simple', catalog_words(concat_ws(' ',
                v.names, (SELECT string_agg(a #>> '{{}}', ' ') FROM jsonb_path_query(p.attributes, 'lax $.*[*]') a)
            ))), 'C')
            || to_tsvector('simple', catalog_words(left(p.description, {_DESCRIPTION})))
            || array_to_tsvector(array_remove(ARRAY[
                CASE WHEN p.is_active THEN '/o' ELSE '/x' END || replace(p.organization_id::text, '-', ''),
                '/c' || replace(p.category_id::text, '-', '')
            ], NULL) || ARRAY(SELECT '/n' || n FROM unnest(string_to_array(f.name, ' ')) n WHERE n <> ''))
        FROM catalog_product p
        CROSS JOIN LATERAL (SELECT catalog_words(p.name) AS name) f
        LEFT JOIN (
            SELECT e.product_id,
                string_agg(concat_ws(' ', e.sku, replace(e.sku, '-', '')), ' ') AS skus,
                string_agg(concat_ws(' ', e.name, (
                    SELECT string_agg(a #>> '{{}}', ' ') FROM jsonb_path_query(e.attributes, 'lax $.*[*]') a
                )), ' ') AS names
            FROM catalog_productvariant e WHERE e.product_id = ANY (ids) AND e.is_active GROUP BY e.product_id
        ) v ON v.product_id = p.id
        WHERE p.id = ANY (ids)
        ON CONFLICT (id) DO UPDATE SET
            is_active = EXCLUDED.is_active, name = EXCLUDED.name, name_words = EXCLUDED.name_words,
            words = EXCLUDED.words, updated_at = EXCLUDED.updated_at, version = d.version + 1;
    END $$
"""  # nosec B608

# Of many variants that go together, each product's document is written once.
_GONE = """
    CREATE FUNCTION catalog_search_variants_gone() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
        PERFORM catalog_search_refresh(ARRAY(SELECT DISTINCT product_id FROM gone));
        RETURN NULL;
    END $$
"""
_FORGET = "DROP TRIGGER catalog_search_removed ON catalog_productvariant"
_WHEN_GONE = """
    CREATE TRIGGER catalog_search_removed AFTER DELETE ON catalog_productvariant REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION catalog_search_variants_gone()
"""
_BEFORE = """
    CREATE TRIGGER catalog_search_removed AFTER DELETE ON catalog_productvariant
    FOR EACH ROW EXECUTE FUNCTION catalog_search_variant()
"""
