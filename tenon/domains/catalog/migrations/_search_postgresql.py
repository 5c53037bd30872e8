"""The documents of the search on PostgreSQL: a tsvector kept by triggers, and the one function that asks it.

Row-level security keeps GIN indexes from being used: `@@` is not leakproof, so it may only see rows that a policy has
let through. `catalog_search` runs as the system role, which the policies let see every row, and takes the organization
from the setting of the open scope. Who may not become the system role cannot call it.

Part of the migrations that name it, and not changed after a release.
"""

from collections.abc import Iterator

from django.conf import settings
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from tenon.domains.catalog.engines.words import LETTERS

# ASCII without digits and letters, and the punctuation that other scripts use: what ends a word.
_BETWEEN = r"U&'[\0001-\002F\003A-\0040\005B-\0060\007B-\00BF\2000-\206F\3000-\303F\FF00-\FF0F]+'"
_ACCENTS = r"U&'[\0300-\036F]'"
_PATH = "SET search_path = pg_catalog, public, pg_temp"
# Longer descriptions are found by their beginnings: a tsvector has one megabyte at most.
_DESCRIPTION = 50_000


def install(schema_editor: BaseDatabaseSchemaEditor) -> Iterator[str]:
    """Statements in their order. Where the extensions of the typos may not be made, there is no help with typos."""
    yield "ALTER TABLE catalog_searchdocument ADD COLUMN words tsvector NOT NULL"
    yield "CREATE INDEX catalog_search_words ON catalog_searchdocument USING gin (words)"
    yield _EXTENSIONS
    yield _FOLD
    yield _WORDS
    yield _REFRESH
    yield _PRODUCTS
    yield _VARIANTS
    yield from _TRIGGERS
    yield _TYPOS.format(role=schema_editor.connection.ops.quote_name(settings.DATABASE_SYSTEM_ROLE))
    yield _SEARCH.format(role=schema_editor.connection.ops.quote_name(settings.DATABASE_SYSTEM_ROLE))


def remove(schema_editor: BaseDatabaseSchemaEditor) -> Iterator[str]:
    """The extensions stay: others may use them by now."""
    for table in ("catalog_product", "catalog_productvariant"):
        for event in ("added", "changed", "removed"):
            yield f"DROP TRIGGER catalog_search_{event} ON {table}"
    for function in (
        "catalog_search(text, text, text, text, text[], boolean, integer)",
        "catalog_search_typos(text[], boolean, integer)",
        "catalog_search_product()",
        "catalog_search_variant()",
        "catalog_search_refresh(uuid[])",
        "catalog_words(text)",
        "catalog_fold(text)",
    ):
        yield f"DROP FUNCTION IF EXISTS {function}"
    yield "DROP INDEX IF EXISTS catalog_search_typed"
    yield "ALTER TABLE catalog_searchdocument DROP COLUMN words"


_EXTENSIONS = """
    DO $$
    BEGIN
        CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;
        CREATE EXTENSION IF NOT EXISTS btree_gin SCHEMA public;
        CREATE INDEX catalog_search_typed ON public.catalog_searchdocument
            USING gin (organization_id, name public.gin_trgm_ops);
    EXCEPTION WHEN insufficient_privilege OR feature_not_supported OR undefined_file OR undefined_object THEN
        RAISE NOTICE 'pg_trgm and btree_gin cannot be made here: the search does not forgive typos.';
    END $$
"""

_replaced = f"regexp_replace(normalize(lower(normalize(given, NFKD)), NFKD), {_ACCENTS}, '', 'g')"
for _letter, _plain in LETTERS.items():
    _replaced = f"replace({_replaced}, '{_letter}', '{_plain}')"

_FOLD = f"""
    CREATE FUNCTION catalog_fold(given text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN {_replaced}
"""

_WORDS = f"""
    CREATE FUNCTION catalog_words(given text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN btrim(regexp_replace(catalog_fold(given), {_BETWEEN}, ' ', 'g'))
"""

# The rows are locked before anything is read: of two changes to one product the later one reads what the other wrote.
_REFRESH = f"""
    CREATE FUNCTION catalog_search_refresh(ids uuid[]) RETURNS void LANGUAGE plpgsql {_PATH} AS $$
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
        LEFT JOIN LATERAL (
            SELECT string_agg(concat_ws(' ', e.sku, replace(e.sku, '-', '')), ' ') AS skus,
                string_agg(concat_ws(' ', e.name, (
                    SELECT string_agg(a #>> '{{}}', ' ') FROM jsonb_path_query(e.attributes, 'lax $.*[*]') a
                )), ' ') AS names
            FROM catalog_productvariant e WHERE e.product_id = p.id AND e.is_active
        ) v ON true
        WHERE p.id = ANY (ids)
        ON CONFLICT (id) DO UPDATE SET
            is_active = EXCLUDED.is_active, name = EXCLUDED.name, name_words = EXCLUDED.name_words,
            words = EXCLUDED.words, updated_at = EXCLUDED.updated_at, version = d.version + 1;
    END $$
"""  # nosec B608

_PRODUCTS = f"""
    CREATE FUNCTION catalog_search_product() RETURNS trigger LANGUAGE plpgsql {_PATH} AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            PERFORM catalog_search_refresh(ARRAY(SELECT id FROM added));
        ELSIF TG_OP = 'UPDATE' THEN
            PERFORM catalog_search_refresh(ARRAY[NEW.id]);
        ELSE
            DELETE FROM catalog_searchdocument WHERE id = OLD.id;
        END IF;
        RETURN NULL;
    END $$
"""  # nosec B608

_VARIANTS = f"""
    CREATE FUNCTION catalog_search_variant() RETURNS trigger LANGUAGE plpgsql {_PATH} AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            PERFORM catalog_search_refresh(ARRAY(SELECT DISTINCT product_id FROM added));
        ELSIF TG_OP = 'UPDATE' THEN
            PERFORM catalog_search_refresh(ARRAY[OLD.product_id, NEW.product_id]);
        ELSE
            PERFORM catalog_search_refresh(ARRAY[OLD.product_id]);
        END IF;
        RETURN NULL;
    END $$
"""  # nosec B608

_PRODUCT_COLUMNS = ("name", "sku", "barcode", "tags", "attributes", "description", "category_id", "is_active")
_VARIANT_COLUMNS = ("name", "sku", "attributes", "is_active", "product_id")


def _triggers(table: str, function: str, columns: tuple[str, ...]) -> Iterator[str]:
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
    yield (
        f"CREATE TRIGGER catalog_search_added AFTER INSERT ON {table} REFERENCING NEW TABLE AS added "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
    )
    yield (
        f"CREATE TRIGGER catalog_search_changed AFTER UPDATE ON {table} "
        f"FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION {function}()"
    )
    yield f"CREATE TRIGGER catalog_search_removed AFTER DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"


_TRIGGERS = (
    *_triggers("catalog_product", "catalog_search_product", _PRODUCT_COLUMNS),
    *_triggers("catalog_productvariant", "catalog_search_variant", _VARIANT_COLUMNS),
)

# Only where the extensions are there: otherwise the function is missing, and `catalog_search` does not look for it.
_TYPOS = """
    DO $make$
    BEGIN
        IF to_regclass('public.catalog_search_typed') IS NULL THEN
            RETURN;
        END IF;
        CREATE FUNCTION catalog_search_typos(typed text[], hidden boolean, most integer)
        RETURNS TABLE (product_id uuid, rank integer) LANGUAGE plpgsql STABLE
        SET role = {role} SET search_path = pg_catalog, public, pg_temp
        SET plan_cache_mode = force_custom_plan SET pg_trgm.word_similarity_threshold = '0.35' AS $$
        DECLARE
            own uuid := nullif(current_setting('app.organization', true), '')::uuid;
            longest text := (SELECT w FROM unnest(typed) w ORDER BY length(w) DESC LIMIT 1);
        BEGIN
            IF own IS NULL OR coalesce(length(longest), 0) < 4 THEN
                RETURN;
            END IF;
            RETURN QUERY
                SELECT d.id, (SELECT avg(word_similarity(w, d.name) * 1000) FROM unnest(typed) w)::integer - 1000
                FROM catalog_searchdocument d
                WHERE d.organization_id = own AND longest <% d.name AND (hidden OR d.is_active)
                    AND NOT EXISTS (SELECT FROM unnest(typed) w WHERE word_similarity(w, d.name) < 0.35)
                LIMIT most;
        END $$;
    END $make$
"""

_SEARCH = """
    CREATE FUNCTION catalog_search(
        wanted text, named text, keyed text, detailed text, typed text[], hidden boolean, most integer
    )
    RETURNS TABLE (product_id uuid, rank integer) LANGUAGE plpgsql STABLE
    SET role = {role} SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
    DECLARE
        own uuid := nullif(current_setting('app.organization', true), '')::uuid;
        marked text := replace(own::text, '-', '');
        marks tsquery;
        found integer;
        further integer;
        in_keywords tsquery := keyed::tsquery;
        in_details tsquery := detailed::tsquery;
    BEGIN
        IF own IS NULL THEN
            RETURN;
        END IF;
        marks := format(CASE WHEN hidden THEN '''/o%s'' | ''/x%s''' ELSE '''/o%s''' END, marked, marked)::tsquery;
        -- What is named so comes first, and is never pushed out by what is merely described so.
        RETURN QUERY
            SELECT d.id, 4000 - d.name_words FROM catalog_searchdocument d
            WHERE d.words @@ (marks && named::tsquery) AND d.organization_id = own AND (hidden OR d.is_active)
            LIMIT most;
        GET DIAGNOSTICS found = ROW_COUNT;
        IF found >= most THEN
            RETURN;
        END IF;
        RETURN QUERY
            SELECT d.id, CASE
                WHEN d.words @@ in_keywords THEN 3000 WHEN d.words @@ in_details THEN 2000 ELSE 1000
                END - d.name_words
            FROM catalog_searchdocument d
            WHERE d.words @@ (marks && wanted::tsquery && !!named::tsquery)
                AND d.organization_id = own AND (hidden OR d.is_active)
            LIMIT most - found;
        GET DIAGNOSTICS further = ROW_COUNT;
        IF found + further > 0 OR to_regproc('public.catalog_search_typos') IS NULL THEN
            RETURN;
        END IF;
        RETURN QUERY SELECT t.product_id, t.rank FROM catalog_search_typos(typed, hidden, most) t;
    END $$
"""
