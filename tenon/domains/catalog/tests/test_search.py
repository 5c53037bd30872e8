"""What the search finds, in which order, and what it never shows."""

import pytest
from django.db import connection

from tenon.domains.catalog.engines.words import question
from tenon.domains.catalog.models import Category, Product, ProductVariant, SearchDocument
from tenon.domains.catalog.selectors import search
from tenon.domains.catalog.tests.factories import make_category, make_organization, make_product, make_variant
from tenon.kernel.tenancy.scopes import organization_scope

# MariaDB's index for full text knows what is committed, and nothing else.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop():
    return make_organization()


def found(shop, text, *, hidden=False):
    """The names that answer `text`, best first."""
    with organization_scope(shop.id, read_only=True):
        sql, params = search.hits(question(text), hidden=hidden)
        with connection.cursor() as cursor:
            cursor.execute(f"{sql}", params)
            hits = [(rank, Product._meta.pk.to_python(key)) for key, rank in cursor.fetchall()]
        names = dict(Product.objects.values_list("id", "name"))
    return [names[key] for _, key in sorted(hits, reverse=True)]


def test_the_better_place_comes_first(shop):
    shirts = make_category(shop.id, name="Shirts")
    make_product(shop.id, name="Blouse", description="As good as any shirt.")
    make_product(shop.id, name="Polo", category=shirts)
    make_product(shop.id, name="Tee", tags=["shirt"])
    make_product(shop.id, name="Linen shirt with a long name")
    make_product(shop.id, name="Shirt")
    make_product(shop.id, name="Trousers")
    assert found(shop, "shirts ") == ["Polo"]
    assert found(shop, "shirt") == ["Shirt", "Linen shirt with a long name", "Tee", "Polo", "Blouse"]


def test_all_words_must_be_there_and_the_last_may_be_a_beginning(shop):
    make_product(shop.id, name="Red shirt")
    make_product(shop.id, name="Red shoe")
    assert found(shop, "red sh") == ["Red shoe", "Red shirt"]
    assert found(shop, "red shi") == ["Red shirt"]
    assert found(shop, "blue shirt") == []
    assert found(shop, "red shi ") == []


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Café crème", "cafe creme"),
        ("Cafe creme", "CAFÉ CRÈME"),
        ("Straße", "strasse"),
        ("Ærø Łódź", "aero lodz"),
        ("TV 4K", "4k tv"),
        ("The Who", "the who"),
        ("Детская книга", "детская КНИГА"),
        ("AC/DC-cable (10 m)", "ac dc cable 10"),
    ],
)
def test_case_accents_and_short_words_do_not_matter(shop, name, asked):
    make_product(shop.id, name=name)
    assert found(shop, asked) == [name]


def test_a_product_is_found_by_its_numbers_and_its_variants(shop):
    product = make_product(
        shop.id, name="Mug", sku="MUG-01", barcode="4006381333931", attributes={"glaze": ["celadon"]}
    )
    make_variant(product, name="Large", sku="MUG-01-L", attributes={"handle": "bamboo"})
    make_variant(product, name="Withdrawn", sku="OLD-77", is_active=False)
    for asked in ("MUG-01", "mug01", "4006381333931", "MUG-01-L", "mug01l", "celadon", "large", "bamboo"):
        assert found(shop, asked) == ["Mug"], asked
    assert found(shop, "withdrawn") == found(shop, "OLD-77") == []


def test_categories_are_found_with_all_below_them_and_renamed_at_once(shop):
    shoes = make_category(shop.id, name="Chaussures d'été")
    sandals = make_category(shop.id, name="Sandals", parent=shoes)
    make_product(shop.id, name="Rome", category=sandals)
    assert found(shop, "rome chaussures") == found(shop, "ete") == found(shop, "sandals") == ["Rome"]
    with organization_scope(shop.id):
        Category.objects.filter(pk=shoes.id).update(name="Footwear")
    assert found(shop, "chaussures") == []
    assert found(shop, "footw") == ["Rome"]


def test_the_documents_follow_every_way_of_writing(shop):
    with organization_scope(shop.id):
        one, other = (
            Product(name=name, slug=name, sku=name, price_amount=1, currency="USD") for name in ("alpha", "beta")
        )
        Product.objects.bulk_create([one, other])
    assert found(shop, "alpha") == ["alpha"]
    with organization_scope(shop.id):
        Product.objects.filter(sku="alpha").update(name="gamma")
        variant = ProductVariant.objects.create(product=other, name="delta", sku="V")
    assert found(shop, "gamma") == ["gamma"]
    assert found(shop, "delta") == ["beta"]
    with organization_scope(shop.id):
        ProductVariant.objects.filter(pk=variant.id).update(product=one)
    assert found(shop, "delta") == ["gamma"]
    with organization_scope(shop.id):
        ProductVariant.objects.all().delete()
    assert found(shop, "delta") == []
    with organization_scope(shop.id):
        Product.objects.filter(pk=one.id).delete()
        assert list(SearchDocument.objects.values_list("id", flat=True)) == [other.id]
    assert found(shop, "gamma") == []


def test_what_is_not_active_is_for_staff_alone(shop):
    make_product(shop.id, name="Draft lamp", is_active=False)
    lamp = make_product(shop.id, name="Lamp")
    assert found(shop, "lamp") == ["Lamp"]
    assert set(found(shop, "lamp", hidden=True)) == {"Lamp", "Draft lamp"}
    with organization_scope(shop.id):
        Product.objects.filter(pk=lamp.id).update(is_active=False)
    assert found(shop, "lamp") == []


def test_organizations_do_not_find_each_other(shop):
    other = make_organization()
    make_product(other.id, name="Secret lamp")
    make_product(shop.id, name="Lamp")
    assert found(shop, "lamp", hidden=True) == ["Lamp"]
    assert found(other, "lamp", hidden=True) == ["Secret lamp"]


def test_the_triggers_are_there_after_all_migrations():
    """SQLite drops them with a table that a migration makes anew: that migration must make them again."""
    question_by_vendor = {
        "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'catalog_product%search_%'",
        "postgresql": (
            "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'catalog_search_%' AND tgrelid IN "
            "('catalog_product'::regclass, 'catalog_productvariant'::regclass)"
        ),
        "mysql": (
            "SELECT count(*) FROM information_schema.triggers WHERE trigger_schema = DATABASE() "
            "AND trigger_name LIKE 'catalog_product%search_%'"
        ),
    }
    with connection.cursor() as cursor:
        cursor.execute(question_by_vendor[connection.vendor])
        assert cursor.fetchone()[0] == 6
